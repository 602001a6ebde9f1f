"""A process that loads a file in small batches and tells each, so that a test can kill it anywhere."""

import sys

import django


def main(run_id: int, batch: int) -> None:
    django.setup()
    from keen.records.importing import load, runs

    load.BATCH = batch
    runs.load(run_id, tell=False, pause=lambda: print("batch", flush=True))
    print("done", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
