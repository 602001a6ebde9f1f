// A list as a table to edit: arrows walk, Enter or F2 edits, typing replaces, Esc takes back, blocks are copied and pasted.
// Without this script every cell is an input of one plain form.

const { find, all, say } = window.keen;
const form = find("[data-grid-form]");
const table = find("[data-grid]");

const rows = () => all("tbody tr[data-line]", table);
const cells = (row) => all("[data-cell]", row);
const input = (cell) => find(".gi", cell);
const shown = (cell) => find("[data-shown]", cell);
const place = (cell) => { const row = cell.closest("tr"); return [rows().indexOf(row), cells(row).indexOf(cell)]; };
const at = (row, column) => cells(rows()[row] ?? null)[column];
const clamp = (value, most) => Math.min(Math.max(value, 0), most);

let current = null;
let corner = null;
let sending = false;

function go(cell, extend = false) {
  if (!cell) return;
  corner = extend ? corner ?? current : null;
  if (current) current.tabIndex = -1;
  current = cell;
  cell.tabIndex = 0;
  cell.focus();
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  all("[aria-selected]", table).forEach((other) => other.removeAttribute("aria-selected"));
  if (corner) block().flat().forEach((other) => other.setAttribute("aria-selected", "true"));
}

/** The cells between the corner and the current one, line by line. */
function block() {
  const [[r1, c1], [r2, c2]] = [place(corner ?? current), place(current)];
  return rows().slice(Math.min(r1, r2), Math.max(r1, r2) + 1).map((row) => cells(row).slice(Math.min(c1, c2), Math.max(c1, c2) + 1));
}

function step(down, right, extend = false) {
  const [row, column] = place(current);
  go(at(clamp(row + down, rows().length - 1), clamp(column + right, cells(rows()[0]).length - 1)), extend);
}

/** The next cell in reading order, as Tab goes; false at either end, so that Tab leaves the table. */
function walk(by) {
  const every = all("[data-cell]", table);
  const next = every[every.indexOf(current) + by];
  if (next) go(next);
  return Boolean(next);
}

function settle(cell) {
  const box = input(cell);
  const changed = box.value !== box.dataset.was;
  shown(cell).textContent = box.value;
  cell.classList.toggle("changed", changed);
  if (!changed || cell.classList.contains("wrong")) { find(".err", cell)?.remove(); cell.classList.remove("wrong"); cell.removeAttribute("aria-invalid"); }
  if (!changed) find(".was", cell)?.remove();
  count();
}

function count() {
  const changed = all(".gi", table).filter((box) => box.value !== box.dataset.was).length;
  find("[data-grid-count]").textContent = changed ? `${changed} ${changed === 1 ? "cell" : "cells"} changed` : "";
  return changed;
}

function edit(cell, text) {
  const box = input(cell);
  if (!box) return say("This cell cannot be written here. Open the record.");
  cell.dataset.before = box.value;
  cell.classList.add("editing");
  if (text !== undefined) box.value = text;
  box.focus();
  if (text === undefined) box.select();
}

function leave(cell, keep = true) {
  if (!cell?.classList.contains("editing")) return;
  if (!keep) input(cell).value = cell.dataset.before;
  cell.classList.remove("editing");
  settle(cell);
}

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function editingKey(event, cell) {
  if (event.key === "Escape") { leave(cell, false); go(cell); }
  else if (event.key === "Enter") { leave(cell); step(event.shiftKey ? -1 : 1, 0); }
  else if (event.key === "Tab") { leave(cell); if (!walk(event.shiftKey ? -1 : 1)) { go(cell); return; } }
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function movingKey(event, cell) {
  const command = event.ctrlKey || event.metaKey;
  const [row] = place(cell);
  if (MOVES[event.key]) step(...MOVES[event.key].map((by) => (command ? by * 1e6 : by)), event.shiftKey);
  else if (event.key === "Home") go(command ? at(0, 0) : at(row, 0));
  else if (event.key === "End") go(at(command ? rows().length - 1 : row, cells(rows()[row]).length - 1));
  else if (event.key === "Tab") { if (!walk(event.shiftKey ? -1 : 1)) return; }
  else if (event.key === "Enter" || event.key === "F2") edit(cell);
  else if (event.key === "Delete" || event.key === "Backspace") block().flat().forEach((one) => { const box = input(one); if (box) { box.value = ""; settle(one); } });
  else if (command && event.key.toLowerCase() === "s") form.requestSubmit(find("[data-save]", form));
  else if (event.key.length === 1 && !command && !event.altKey) edit(cell, event.key);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

if (table) {
  table.classList.add("live");
  go(find(".wrong", table) ?? null);
  if (!current) { current = find("[data-cell]", table); current.tabIndex = 0; }
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell || event.isComposing) return;
    if (cell.classList.contains("editing")) editingKey(event, cell); else movingKey(event, cell);
  });
  table.addEventListener("mousedown", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell || cell.classList.contains("editing")) return;
    event.preventDefault();
    leave(current);
    go(cell, event.shiftKey);
  });
  table.addEventListener("focusin", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (cell && cell !== current && event.target === cell) go(cell);
  });
  table.addEventListener("dblclick", (event) => { const cell = event.target.closest("[data-cell]"); if (cell) edit(cell); });
  table.addEventListener("focusout", (event) => { const cell = event.target.closest(".editing"); if (cell && !cell.contains(event.relatedTarget)) leave(cell); });
  document.addEventListener("copy", (event) => {
    if (!table.contains(document.activeElement) || document.activeElement.matches("input")) return;
    event.preventDefault();
    const quoted = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    event.clipboardData.setData("text/plain", block().map((line) => line.map((cell) => quoted(shown(cell).textContent)).join("\t")).join("\n"));
    say(corner ? "Block copied" : "Cell copied");
  });
  document.addEventListener("paste", (event) => {
    if (!table.contains(document.activeElement) || document.activeElement.matches("input")) return;
    event.preventDefault();
    const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
    if (!/[\t\n]/.test(text)) { if (input(current)) { input(current).value = text; settle(current); } return; }
    const [row] = [current.closest("tr").dataset.line];
    find("[name=block]", form).value = text;
    find("[name=at]", form).value = `${row}:${current.dataset.cell}`;
    form.requestSubmit(find("[data-paste]", form));
  });
  form.addEventListener("submit", () => { sending = true; });
  addEventListener("beforeunload", (event) => { if (!sending && count()) event.preventDefault(); });
}
