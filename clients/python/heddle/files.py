"""Network files on disk, as the command reads them."""
from __future__ import annotations

import os
import re
from typing import Dict, Union

# A set of addresses may stand in a file of its own. This package has no YAML parser, so it looks for the key.
_ADDRESS_FILE = re.compile(r"""\bfile["']?\s*:\s*["']?([A-Za-z0-9][A-Za-z0-9._-]*\.txt)\b""")
_COMMENT = re.compile(r"(?m)(^|\s)#.*$")


def read_files(path: Union[str, "os.PathLike[str]"]) -> Dict[str, str]:
    """The texts of a network file, or of all in a folder, by their names; with the files of addresses that they name.

    Raises OSError if there is no such file, and ValueError if a file is not UTF-8 text or the folder has none.
    """
    top = os.fspath(path)
    if os.path.isdir(top):
        folder = top
        names = sorted(n for n in os.listdir(top) if n.endswith((".yaml", ".yml")))
        if not names:
            raise ValueError("%s: no *.yaml file in this folder" % top)
    else:
        folder, name = os.path.split(top)
        names = [name]
    texts = {name: _text(os.path.join(folder, name)) for name in names}
    for text in list(texts.values()):
        for name in _ADDRESS_FILE.findall(_COMMENT.sub("", text)):
            beside = os.path.join(folder, name)
            # The controller says what is missing, and where the network file names it.
            if name not in texts and os.path.exists(beside):
                texts[name] = _text(beside)
    return texts


def _text(path: str) -> str:
    with open(path, encoding="utf-8", newline="") as f:
        try:
            return f.read()
        except UnicodeDecodeError as e:
            raise ValueError("%s: not UTF-8 text" % path) from e
