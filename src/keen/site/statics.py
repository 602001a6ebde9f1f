"""Static files under names that change with their content, so that browsers keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Statics(CompressedManifestStaticFilesStorage):
    """Names from the manifest that `./keen serve` makes; plain names where none was made, as in tests."""

    def stored_name(self, name: str) -> str:
        """The name with the hash of its content."""
        return str(super().stored_name(name)) if self.hashed_files else name
