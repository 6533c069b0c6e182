"""Files of a trial: a name stands for a file, its content is nobody's business there."""

from __future__ import annotations

from hashlib import sha256
from mimetypes import guess_type
from uuid import NAMESPACE_URL, uuid5

from engines.values import FileId
from runtime.ports import FileInfo

_NO_CONTENT = sha256().hexdigest()


def stand_in(step: int, who: str, name: str) -> FileInfo:
    """A file without content that somebody uploads at a step.

    Its id follows from all three: a step that was refused is tried again with the same file.
    """
    file = FileId(str(uuid5(NAMESPACE_URL, f"{step}/{who}/{name}")))
    media_type = guess_type(name)[0] or "application/octet-stream"
    return FileInfo(file, name, media_type, 0, _NO_CONTENT)
