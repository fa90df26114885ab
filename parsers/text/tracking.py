"""Tracking parameters: where the reader came from or who the reader is. They do not choose a page.

The names are from the documents of the services and from lists that browsers use. Names that a
site may use for its pages are left out: `cid`, `ncid`, `campaign`, `ad_id`, `source`, `pk_no`.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

# Grouped by service, in lower case.
NAMES = (
    r"utm_\w+|(pk|mtm|matomo|piwik)_(campaign|kwd|keyword|source|medium|content|cpn|cid|group|placement)",  # Urchin, Matomo
    r"itm_(source|medium|campaign|content|term|channel|audience)|hsa_(acc|cam|grp|ad|src|tgt|kw|mt|net|ver|la|ol)",
    r"at_(medium|campaign\w*|custom\d*|creation|format|variant|link_\w+|ptr_name)",  # Piano
    r"gclid|gclsrc|dclid|gbraid|wbraid|gad_\w+|srsltid|_g[al]|_gid|_gac_\w+|ga_(source|medium|term|content|campaign|place)|gs_l",
    r"fbclid|fb_(ref|source|comment_id|action_\w+)|mibextid|action_(object|type|ref)_map|hc_(ref|location)|__(tn|eep)__|__(xts|cft)__(\[\d+\])?",
    r"igsh|igshid|twclid|ref_(src|url)|refsrc|__twitter_impression|ttclid|li_fat_id|rdt_cid|sccid|epik",
    r"msclkid|ms_clkid|yclid|ysclid|ymclid|_openstat",
    r"mc_[ce]id|mkt_tok|vero_(id|conv)|oly_(anon|enc)_id|ml_subscriber(_hash)?|_ke|_kx|__s|dm_i|trk_(contact|msg|module|sid)|bsft_\w+",
    r"oft_(c|ck|d|ids?|k|lk|sk)|_hs(enc|mi|q)|__hs(sc|tc|fp)|hsctatracking|elq(trackid|aid|at|campaignid)|sfmc_\w+|sp(jobid|mailingid|reportid|userid)",
    r"s_cid|s_kwcid|sc_cid|ef_id|wt[._]mc(_\w+)?|xtor|ns_(source|campaign|mchannel|linkname|fee)|soc_(src|trk)|sr_share",
    r"(rb_|ir|ob_?)?click_?id|irgwc|cjevent|cjdata|zanpid|wickedid|awclid|auctid|dicbo|tblci|oborigurl|_bta_(tid|c)|_branch_(match_id|referrer)",
    r"guccounter|guce_referrer(_sig)?|vgo_ee|ssp_iab[ai]",
    r"amp_(js_v|gsa|ct)|usqp",  # AMP's viewers
    r"phpsessid|jsessionid|aspsessionid\w*",  # the reader's session
    r"tag_from|jxconn|jxrecoid|lgn_method|google_btn",  # Indonesian outlets
)
TRACKING = re.compile("|".join(NAMES))
# `ref=9` and `spm=12` may choose a page; `ref=facebook` and Alibaba's `spm=a2o.b.1` cannot.
SHARED = re.compile(
    r"(ref|source|src|from|via|share)=(fb|facebook|twitter|x|whatsapp|wa|telegram|instagram|line|linkedin|email|rss|feed"
    r"|newsletter|google|googlenews|copylink)|spm=[\w-]+(\.[\w-]+){2,}",
)


def is_tracking(pair: str) -> bool:
    """Whether `name=value` of a query, as written there, is a tracking parameter."""
    name = unquote_plus(pair.partition("=")[0]).lower()
    return bool(TRACKING.fullmatch(name) or SHARED.fullmatch(unquote_plus(pair).lower()))
