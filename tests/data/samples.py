"""Makes the sample exports next to this file: invented people, .example domains, the dirt real exports have.

Run it to write them again: `python tests/data/samples.py`.
"""

import csv
import io
from collections.abc import Callable
from pathlib import Path

from keen.records.domain import headers

HERE = Path(__file__).parent

# First, last, company, city, postal code, country, street, phone, mobile, e-mail, title, birthday.
PEOPLE = (
    ("Anna", "Berg", "Nordwind Logistik GmbH", "Berlin", "10115", "Deutschland", "Hauptstraße 1", "030 555010", "0171 1234501", "anna.berg@nordwind.example", "Einkaufsleiterin", "12.03.1979"),
    ("Jürgen", "Müller", "Nordwind Logistik GmbH", "Berlin", "10115", "Deutschland", "Hauptstraße 1\r\nHinterhaus", "+49 (0)30 555 011", "0171/1234502", "Juergen.Mueller@Nordwind.example", "Geschäftsführer", "0/0/00"),
    ("Hans", "Berg", "Nordwind Logistik GmbH", "Berlin", "10115", "Deutschland", "Hauptstraße 1", "030 555010", "", "hans.berg@nordwind.example", "Disponent", "0/0/00"),
    ("Anna", "Berg", "Nordwind Logistik", "Berlin", "10115", "DE", "Hauptstr. 1", "0049 30 555010", "", "Anna.Berg@NORDWIND.example", "", "12.03.1979"),
    ("Élodie", "Lefèvre", "Société Martin & Fils SARL", "Lyon", "69002", "France", "12, rue de la République", "04 72 00 00 10", "06 12 34 56 78", "elodie.lefevre@martin-fils.example", "Responsable achats", "01.07.1985"),
    ("José", "García López", "Aceros del Sur, S.A.", "Sevilla", "41001", "España", "Calle Sierpes 5", "954 00 00 10", "+34 600 000 001", "jose.garcia@acerosdelsur.example", "Director comercial", "0/0/00"),
    ("Siân", "O'Neill", "Harbour & Sons Ltd", "Cardiff", "CF10 1AA", "UK", "5 Quay Street", "029 2000 0010", "07700 900123", "sian.oneill@harbour-sons.example", "Head of Procurement", "23.11.1990"),
    ("Łukasz", "Wójcik", "Wisła Transport Sp. z o.o.", "Kraków", "30-001", "Polska", "ul. Długa 7", "+48 12 000 00 10", "+48 600 000 002", "lukasz.wojcik@wisla-transport.example", "Kierownik", "0/0/00"),
    ("Mette", "Sørensen", "Øresund Shipping A/S", "København", "1050", "Danmark", "Nyhavn 3", "+45 33 00 00 10", "", "mette@oresund.example", "Indkøbschef", "05.05.1975"),
    ("Dr. Eva", "Lang-Weiß", "Lang & Weiß Steuerberatung", "München", "80331", "Germany", "Marienplatz 8", "089 / 5550 120", "", "kanzlei@lang-weiss.example", "Steuerberaterin", "31.02.1980"),
    ("Otto", "Kurz", "Kurz Maschinenbau GmbH & Co. KG", "Stuttgart", "70173", "Deutschland", "Königstraße 20", "0711 555 01-0", "0160 1234510", "otto.kurz@kurz-maschinenbau.example", "Inhaber", "0/0/00"),
    ("Sabine", "Kurz", "Kurz Maschinenbau", "Stuttgart", "70173", "Deutschland", "Königstraße 20", "0711 555010", "", "sabine.kurz(at)kurz-maschinenbau.example", "Buchhaltung", "14.02.1983"),
    ("Marco", "Rossi", "Ferrara Ceramiche S.p.A.", "Modena", "41121", "Italia", "Via Emilia 100", "+39 059 000 0010", "", "m.rossi@ferrara-ceramiche.example", "Responsabile acquisti", "0/0/00"),
    ("Giulia", "Bianchi", "", "Milano", "20121", "Italien", "", "", "+39 333 000 0001", "giulia.bianchi@gmail.com", "", "0/0/00"),
    ("", "", "Stadtwerke Seestadt", "Seestadt", "12345", "Deutschland", "Am Markt 2", "03000 / 123 456", "", "info@stadtwerke-seestadt.example", "", "0/0/00"),
    ("Petra", "", "", "", "", "", "", "", "0171 1234515", "", "", "0/0/00"),
    ("Tom", "Becker", "Becker IT", "Hamburg", "20095", "Deutschland", "Jungfernstieg 1", "siehe Mobil", "0171 1234516", "tom@becker-it.example", "Systemadministrator", "0/0/00"),
    ("Ines", "Wolf", "Wolf Consulting", "Wien", "1010", "Österreich", "Graben 12", "01 5550010", "0660 1234517", "/o=Wolf/ou=Exchange Administrative Group/cn=Recipients/cn=ines", "Beraterin", "0/0/00"),
    ("Urs", "Zürcher", "Zürcher Uhren AG", "Zürich", "8001", "Schweiz/Suisse", "Bahnhofstrasse 9", "044 555 00 10", "079 123 45 18", "urs@zuercher-uhren.example", "Verwaltungsrat", "0/0/00"),
    ("Nadia", "Haddad", "Haddad Import", "Bruxelles", "1000", "Belgique", "Rue Neuve 4", "+32 2 000 00 10", "", "nadia@haddad-import.example", "Gérante", "0/0/00"),
    ("Karl-Heinz", "von der Heide", "Heide Forst", "Celle", "29221", "Deutschland", "Am Wald 1", "05141 555010", "", "kh@heide-forst.example", "Förster", "17.08.1961"),
    ("Marie", "Dubois", "Société Martin & Fils", "Lyon", "69002", "FRANCE", "12 rue de la République", "+33 4 72 00 00 11", "", "marie.dubois@martin-fils.example", "Comptable", "0/0/00"),
    ("Björn", "Ångström", "Ångström Mekanik AB", "Göteborg", "411 01", "Sverige", "Kungsgatan 2", "+46 31 000 00 10", "", "bjorn@angstrom-mekanik.example", "Inköpare", "0/0/00"),
    ("Clara", "Vogel", "Vogel Druck", "Leipzig", "4109", "Deutschland", "Ring 3", "0341 555010; 0341 555011", "", "clara@vogel-druck.example; druck@vogel-druck.example", "", "0/0/00"),
    ("Peter", "Schmidt", "Schmidt Bau GmbH", "Köln", "50667", "Deutschland", "Domplatz 1", "0221 555010", "", "peter.schmidt@schmidt-bau.example", "Bauleiter", "29.02.1976"),
    ("Petra", "Schmidt", "Schmidt Bau GmbH", "Köln", "50667", "Deutschland", "Domplatz 1", "0221 555010", "", "petra.schmidt@schmidt-bau.example", "Büro", "0/0/00"),
    ("Frank", "Richter", '=HYPERLINK("http://evil.example","Richter")', "Bremen", "28195", "Deutschland", "Am Wall 6", "0421 555010", "", "frank@richter.example", "", "0/0/00"),
    ("Lea", "Fischer", "Fischer Optik", "Ulm", "89073", "Deutschland", "Münsterplatz 4", "4.9731E+11", "", "lea@fischer-optik.example", "", "0/0/00"),
    ("Test", "Test", "", "", "", "", "", "123", "", "test@test", "", "0/0/00"),
    ("Omar", "Said", "Levant Trading", "Atlantis", "", "Atlantis", "Harbour 1", "+44 20 7946 0010", "", "omar@levant.example", "Broker", "0/0/00"),
)  # fmt: skip


def outlook() -> bytes:
    """Outlook's own export: 92 columns, Windows-1252, all quoted, empty dates as 0/0/00."""
    names = headers.named("outlook_classic").headers
    fixed = {
        "Anniversary": "0/0/00",
        "Gender": "Unspecified",
        "Priority": "Normal",
        "Private": "False",
        "Sensitivity": "Normal",
    }
    keys = ("First Name", "Last Name", "Company", "Business City", "Business Postal Code", "Business Country/Region",
            "Business Street", "Business Phone", "Mobile Phone", "E-mail Address", "Job Title", "Birthday")  # fmt: skip
    rows = [fixed | dict(zip(keys, person, strict=True)) for person in PEOPLE]
    for place, row in enumerate(rows):
        row["E-mail Type"] = "EX" if row["E-mail Address"].startswith("/o=") else "SMTP"
        row["Categories"] = ("Kunde", "Kunde;Messe 2025", "", "Lieferant")[place % 4]
        row["Notes"] = "Anruf am Vormittag.\r\nMag keine Faxe." if place % 5 == 0 else ""
    # Windows-1252 has no Polish letters; Outlook writes question marks.
    return _csv(names, rows, encoding="cp1252")


def salesforce_contact() -> bytes:
    """Salesforce's weekly export: API names, all quoted, UTF-8, line feeds inside the street, 1 and 0."""
    names = headers.named("salesforce_contact").headers
    rows = []
    for place, person in enumerate(PEOPLE):
        first, last, company, city, code, country, street, phone, mobile, email, title, birthday = person
        day = birthday.split(".")
        rows.append(
            {
                "Id": f"003D0000{place:010d}", "IsDeleted": "0", "AccountId": f"001D0000{abs(hash_of(company)):010d}" if company else "",
                "LastName": last, "FirstName": first, "Name": f"{first} {last}".strip(), "MailingStreet": street.replace("\r\n", "\n"),
                "MailingCity": city, "MailingPostalCode": code, "MailingCountry": country, "Phone": phone, "MobilePhone": mobile,
                "Email": email, "Title": title, "Birthdate": "-".join(reversed(day)) if len(day) == 3 else "", "OwnerId": "005D00000012345AAA",
                "HasOptedOutOfEmail": str(int(place % 6 == 0)), "DoNotCall": str(int(place % 9 == 0)), "CreatedDate": "2024-05-06 07:08:09",
                "LeadSource": ("Web", "Trade Show", "")[place % 3], "Description": "MÃ¼ller & SÃ¶hne ist der Nachbar" if place == 3 else "",
                "SystemModstamp": "2025-01-02 03:04:05", "CreatedById": "005D00000012345AAA",
            }
        )  # fmt: skip
    return _csv(names, rows, encoding="utf-8", line_end="\n")


def google() -> bytes:
    """Google Contacts' own export: UTF-8, unquoted where possible, several values parted by " ::: "."""
    names = headers.named("google_native").headers
    rows = []
    for place, person in enumerate(PEOPLE):
        first, last, company, city, code, country, street, phone, mobile, email, title, birthday = person
        emoji = " 🙂" if place == 8 else ""
        rows.append(
            {
                "First Name": first + emoji, "Last Name": "محمد" if place == 29 else last, "Organization Name": company, "Organization Title": title,
                "E-mail 1 - Label": "* Work", "E-mail 1 - Value": email.replace("; ", " ::: "), "Phone 1 - Label": "Work",
                "Phone 1 - Value": phone.replace("; ", " ::: "), "Phone 2 - Label": "Mobile", "Phone 2 - Value": mobile,
                "Address 1 - Street": street.replace("\r\n", "\n"), "Address 1 - City": city, "Address 1 - Postal Code": code,
                "Address 1 - Country": country, "Birthday": "-".join(reversed(birthday.split("."))) if "." in birthday else "",
                "Labels": "* myContacts ::: Kunde" if place % 2 else "* myContacts",
            }
        )  # fmt: skip
    return _csv(names, rows, encoding="utf-8", quoting=csv.QUOTE_MINIMAL)


def hash_of(company: str) -> int:
    """A number that stays the same from run to run, unlike hash()."""
    return sum(place * ord(letter) for place, letter in enumerate(company, start=1))


def _csv(
    names: tuple[str, ...],
    rows: list[dict[str, str]],
    *,
    encoding: str,
    line_end: str = "\r\n",
    quoting: int = csv.QUOTE_ALL,
) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names, restval="", quoting=quoting, lineterminator=line_end)  # type: ignore[arg-type]
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding, errors="replace")


FILES: dict[str, Callable[[], bytes]] = {
    "outlook.csv": outlook,
    "salesforce_contact.csv": salesforce_contact,
    "google.csv": google,
}

if __name__ == "__main__":
    for filename, make in FILES.items():
        (HERE / filename).write_bytes(make())
