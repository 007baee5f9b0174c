"""``python -m switchbell``."""

from switchbell.cli import main

if __name__ == "__main__":
    main()
