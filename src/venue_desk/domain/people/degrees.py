"""Titles and degrees that stand before and after Indonesian names, and how they are written properly."""

import re

_BEFORE = """
Prof. Dr. dr. drg. drh. Ir. Drs. Dra. H. Hj. K.H. Kh. Ust. Ustz. Habib Tgk. Pdt. Pdm. Pdp. Ev. RD. RP. Pst.
Ps. Sr. Br. Rm. Apt. apt. Ns. Bdn. Kol. Letkol. Mayor Kapt. Brigjen. Mayjen. Letjen. AKBP AKP Kompol. Ipda.
Iptu. Aipda. Aiptu. Bripka.
"""
# Two titles that differ by a capital: a physician is dr., a doctor of philosophy Dr.
_CASED = {"dr": {"dr": "dr.", "Dr": "Dr.", "DR": "Dr."}}
_WHOLE = {
    "haji": "H.",
    "hajah": "Hj.",
    "hajjah": "Hj.",
    "profesor": "Prof.",
    "professor": "Prof.",
    "insinyur": "Ir.",
    "ustadz": "Ust.",
    "ustad": "Ust.",
    "ustadzah": "Ustz.",
    "pendeta": "Pdt.",
    "suster": "Sr.",
    "bruder": "Br.",
    "romo": "Rm.",
    "dokter": "dr.",
}
# Too much like an initial or the start of a name unless a dot follows.
_ONLY_WITH_DOT = {
    "sr",
    "br",
    "rm",
    "ps",
    "ev",
    "rd",
    "rp",
    "kh",
    "ns",
    "kol",
    "mayor",
    "habib",
    "pst",
    "dr",
    "ir",
}
_COURTESY = {
    "bpk",
    "bp",
    "bapak",
    "ibu",
    "tn",
    "ny",
    "nn",
    "sdr",
    "sdri",
    "mr",
    "mrs",
    "ms",
    "pak",
    "tuan",
    "nyonya",
    "nona",
}

_AFTER = """
S.Kom. S.T. S.E. S.Pd. S.Pd.I. S.H. S.H.I. S.Sos. S.Sos.I. S.Ag. S.Psi. S.Ked. S.Si. S.Farm. S.Kep. S.IP.
S.I.P. S.I.Kom. S.Ikom. S.P. S.Pt. S.Hut. S.Gz. S.K.M. S.KM. S.Ak. S.S. S.Ds. S.Sn. S.Mat. S.Stat. S.TP.
S.Par. S.Tr. S.M. S.MB. S.A.P. S.AP. S.AB. S.Th. S.Fil. S.Hum. S.Ars. S.Pi. S.Kel. S.KG. S.K.G. S.KH. S.ST.
S.Tr.Kom. S.Tr.Kes. S.Tr.Keb. S.Tr.T. S.Tr.Par. S.Tr.Kep. S.Or. S.Sy. S.E.I. S.EI. S.Ud. S.IIP. S.Adm.
S.Bns. M.M. M.Kom. M.T. M.Pd. M.Pd.I. M.Si. M.H. M.Hum. M.Sc. M.A. M.Ak. M.Kes. M.Ag. M.Psi. M.Sn. M.Ds.
M.Eng. M.Farm. M.Kep. M.I.Kom. M.Ikom. M.Par. M.A.P. M.AP. M.AB. M.E. M.Ec. M.Sos. M.Th. M.Div. M.Kn. M.Tr.
M.TI. M.M.Par. M.P. M.Gizi M.Epid. M.Biomed. M.Phil. M.Ed. M.B.A. MBA M.PH. MPH MMSI M.IP. M.Stat. M.Ars.
M.Keb. A.Md. A.Ma. A.Md.Kom. A.Md.Keb. A.Md.Kep. A.Md.Par. A.Md.T. A.Md.Ak. A.Md.Pd. A.Md.Gz. A.Md.Farm.
A.Md.Ds. A.Md.Tra. A.Md.Kes. A.P. A.Ma.Pd. A.Mk. B.A. B.Sc. B.Eng. B.Com. B.Bus. BBA B.Ed. Ph.D. D.Min.
D.Th. D.E.A. Lc. Ak. CA CPA Apt. apt. Ners Ns. S.Kep.Ns. Dipl. Dipl.Ing. CFP CHRP Sp.A. Sp.OG. Sp.PD. Sp.B.
Sp.M. Sp.JP. Sp.KK. Sp.KJ. Sp.An. Sp.Rad. Sp.THT. Sp.P. Sp.S. Sp.N. Sp.U. Sp.OT. Sp.PK. Sp.KG.
"""
# Degrees that nobody bears as a name, so they are known without dots or a comma too.
_BARE = """
st sh se mm mt mh skm mba mph phd spd spdi skom ssos spsi shi sst mkom mpd msi mhum msc amd amdkeb amdkep amdkom
skep sfarm ssi sikom sip bsc mkes
"""
_SAFE_BARE = frozenset(_BARE.split())
_LOOKS_LIKE_ONE = re.compile(r"(?:[A-Z][A-Za-z]{0,4}\.){1,4}[A-Z][A-Za-z]{0,5}\.?|[SM]\.[A-Z][a-z]{1,6}\.?")


def key(token: str) -> str:
    """The letters alone, small: ``S.Kom.`` is ``skom``."""
    return "".join(c for c in token.lower() if c.isalpha())


_BEFORE_BY_KEY = {key(t): t for t in reversed(_BEFORE.split())}
_AFTER_BY_KEY = {key(t): t for t in reversed(_AFTER.split())}


def before(token: str) -> str | None:
    """The title that a word is; ``""`` for a form of address, which is dropped; None for a name."""
    bare = key(token)
    if bare in _COURTESY:
        return ""
    if bare in _WHOLE:
        return _WHOLE[bare]
    if bare in _CASED:
        return _CASED[bare].get(token.rstrip(".,"), _BEFORE_BY_KEY[bare])
    if bare not in _BEFORE_BY_KEY or (bare in _ONLY_WITH_DOT and "." not in token and bare != "ir"):
        return None
    return _BEFORE_BY_KEY[bare]


def before_joined(token: str) -> tuple[str, str] | None:
    """Cut a title from a word that has no space behind it: ``Hj.Siti`` is ``Hj.`` and ``Siti``."""
    head, dot, rest = token.partition(".")
    if not dot or len(rest.strip(".")) < 2:
        return None
    title = before(head + ".")
    return None if title is None else (title, rest)


def after(token: str, *, sure: bool) -> str | None:
    """The degree that a word is. ``sure``: it stood behind a comma, so anything like one is taken."""
    bare = key(token)
    if not bare or any(c.isdigit() for c in token):
        return None
    known = _AFTER_BY_KEY.get(bare)
    dotted = "." in token.rstrip(".") or (token.endswith(".") and len(bare) > 2)
    camel = any(c.isupper() for c in token[1:]) and any(c.islower() for c in token)
    if known and (sure or dotted or camel or (bare in _SAFE_BARE and (len(bare) > 2 or not token.istitle()))):
        return known
    return token if _LOOKS_LIKE_ONE.fullmatch(token) and (sure or token.count(".") >= 2) else None
