"""What Hypothesis makes up: any JSON, and the shapes in which ids and secrets come."""

from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

_scalars: Final = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=True) | st.text(max_size=20)
)

anything: Final[SearchStrategy[object]] = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
"""Any decoded JSON, and the numbers that JSON has no words for."""

objects: Final = st.dictionaries(
    st.sampled_from(["member", "name", "value"]) | st.text(max_size=8), anything, max_size=5
)
"""Any decoded JSON object."""

_hexadecimal: Final = st.binary(min_size=16, max_size=16).map(bytes.hex).filter(lambda text: not text.isalpha())
_base64: Final = st.from_regex(r"[A-Za-z0-9_-]{10}[0-9]{3}[A-Za-z0-9_-]{10}", fullmatch=True)

secrets: Final[SearchStrategy[str]] = st.one_of(
    st.uuids().map(str),
    st.uuids().map(lambda made: made.hex).filter(lambda text: not text.isalpha()),
    _hexadecimal,
    st.from_regex(r"[a-z]{3,8}\.[a-z]{3,8}@[a-z]{3,8}\.(com|org)", fullmatch=True),
    st.builds("eyJ{}.eyJ{}.{}".format, _base64, _base64, _base64),
    _base64,
    st.from_regex(r"LY[0-9A-F]{3}[0-9]{3}", fullmatch=True),
    st.from_regex(r"(unit|dev|property)-[0-9]{4,8}", fullmatch=True),
)
"""Ids, serial numbers, tokens, e-mail addresses."""
