"""Parameters of an address that say where its reader came from, or who the reader is; no server chooses the page by them.

The names are those of the services' own documents and of the lists browsers strip by. A name that a site may use for its
pages is left out, whatever a list says of it: `cid`, `campaign`, `ad_id`, `source`.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

# By whom they are written; all in lower case.
NAMES = (
    r"utm_\w+|(pk|mtm|matomo|piwik|itm|hsa|at|oft|bsft)_\w+",  # families: Urchin, Matomo, HubSpot, Piano, Omeda, Blueshift
    r"gclid|gclsrc|dclid|gbraid|wbraid|gad|gad_\w+|srsltid|_g[al]|_gid|_gac_\w+|ga_(source|medium|term|content|campaign|place)|gs_l",
    r"fbclid|fb_(ref|source|comment_id|action_\w+)|mibextid|action_(object|type|ref)_map|hc_(ref|location)|__(tn|eep)__|__(xts|cft)__(\[\d+\])?",
    r"igsh|igshid|twclid|ref_(src|url)|refsrc|__twitter_impression|ttclid|li_fat_id|rdt_cid|sccid|epik",
    r"msclkid|ms_clkid|yclid|ysclid|ymclid|_openstat|spm",
    r"mc_[ce]id|mkt_tok|vero_(id|conv)|oly_(anon|enc)_id|ml_subscriber(_hash)?|_ke|_kx|__s|dm_i|trk_(contact|msg|module|sid)",
    r"_hs(enc|mi|q)|__hs(sc|tc|fp)|hsctatracking|elq|elq(trackid|aid|at|campaignid)|sfmc_\w+|sp(jobid|mailingid|reportid|userid)",
    r"s_cid|s_kwcid|sc_cid|ef_id|icid|wt[._]mc(_\w+)?|xtor|ns_(source|campaign|mchannel|linkname|fee)|cmpid|ncid|smid|smtyp|mbid|soc_(src|trk)",
    r"(rb_|ir|ob_?)?click_?id|irgwc|cjevent|cjdata|zanpid|wickedid|awclid|auctid|dicbo|tblci|oborigurl|_bta_(tid|c)|_branch_(match_id|referrer)",
    r"guccounter|guce_referrer(_sig)?|vgo_ee|ssp_iab[ai]|ftcamp|ftag|taid|sr_share",
    r"amp_(js_v|gsa|ct)|usqp|aoh",  # AMP's viewers
    r"phpsessid|jsessionid|aspsessionid\w*|cfid|cftoken",  # the reader's session
    r"tag_from|jxconn|jxrecoid|lgn_method|google_btn",  # Indonesian outlets
)
TRACKING = re.compile("|".join(NAMES))
# `ref=9` may choose a page; `ref=facebook` cannot.
SHARED = re.compile(
    r"(ref|source|src|from|via|share)=(fb|facebook|twitter|x|whatsapp|wa|telegram|instagram|line|linkedin|email|rss|feed"
    r"|newsletter|google|googlenews|copylink)",
)


def is_tracking(pair: str) -> bool:
    """`name=value` of a query, as it is written there."""
    name = unquote_plus(pair.partition("=")[0]).lower()
    return bool(TRACKING.fullmatch(name) or SHARED.fullmatch(unquote_plus(pair).lower()))
