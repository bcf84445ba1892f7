"""The kinds of secrets: a table of each with the letters that it is looked for by, and its form.

The forms are those of the providers' documentation and of the lists of GitHub, gitleaks, Kingfisher and Microsoft's
sarif-pattern-matcher.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from publisher.leaks import lookalikes


class Kind(Struct, frozen=True):
    """One kind of secret: how it is called, and what it looks like from where one of its `marks` begins.

    Marks are plain letters: to look for a pattern takes twenty times as long. Group 1 of the form is the secret, where
    the whole is more. `is_real` knows what only looks like one. `is_broken` are kinds that need not have a long run of
    letters and digits in or soon after them, or only a short one. The form begins `lead` letters before a mark, or
    after it, where `is_named`: the mark is the name of what may be a secret, in `any_case`. `follows` judges what
    stands before that. `is_guess` are kinds that no form tells: they are warnings.
    """

    name: str
    marks: tuple[str, ...]
    form: str
    is_real: Callable[[str], bool] = lookalikes.is_random
    is_broken: bool = False
    follows: Callable[[str], bool] = lookalikes.always
    lead: int = 0
    is_named: bool = False
    any_case: bool = False
    is_guess: bool = False


_START = r"(?<![A-Za-z0-9_])"
_END = r"(?![A-Za-z0-9_])"


# How a value is given to a name: `name = "`, `name: "`, `["name"] = '`, `"name": "` within JSON within JSON.
_SUFFIX = r"(?:s|_?(?:value|key|secret|token|prod|dev|live|new|old|\d{1,3})){0,2}"
_GIVEN = r"""\\{0,3}["']?[\])]?\s{0,3}(?::\s?str\s?)?(?:=>|[=:,])\s{0,3}"""
_QUOTE = r"""[brfu]?\\{0,3}["']"""
_QUOTED_END = r"""\\{0,3}["']"""


def _kind(
    name: str, marks: str, form: str, is_real: Callable[[str], bool] = lookalikes.is_random, is_broken: bool = False
) -> Kind:
    return Kind(name, tuple(marks.split()), form, is_real, is_broken)


def _token(name: str, marks: str, rest: str, is_real: Callable[[str], bool] = lookalikes.is_random) -> Kind:
    """Return a kind of token that begins with one of some prefixes."""
    return _kind(name, marks, rf"{_START}(?:{_any(marks)})({rest}){_END}", is_real)


def _plain_token(name: str, marks: str, rest: str, is_real: Callable[[str], bool] = lookalikes.is_random) -> Kind:
    """Return a kind of token whose prefix says little: what is a part of a name or of a path is none."""
    return _kind(name, marks, rf"(?<![\w/.+-])(?:{_any(marks)})({rest})(?![\w+/=-]|\.\w)", is_real)


def _led(name: str, lead: int, marks: str, form: str) -> Kind:
    """Return a kind whose marks stand within it, after so many letters."""
    whole = rf"(?<![A-Za-z0-9+/])({form})(?![\w+/=-])"
    return Kind(name, tuple(marks.split()), whole, lead=lead)


def _named(name: str, marks: str, form: str, is_real: Callable[[str], bool] = lookalikes.is_random) -> Kind:
    """Return a kind that is known by the name which a value is given to."""
    return Kind(
        name,
        tuple(marks.split()),
        _SUFFIX + _GIVEN + form,
        is_real,
        follows=lookalikes.is_name_of_secret,
        is_named=True,
        any_case=marks == marks.lower(),
    )


def _guess(name: str, marks: str, form: str, is_real: Callable[[str], bool]) -> Kind:
    return Kind(name, tuple(marks.split()), form, is_real, is_broken=True, is_guess=True)


def _any(marks: str) -> str:
    return "|".join(re.escape(mark) for mark in marks.split())


_API_NAMES = (
    "api_key apikey api-key access_key accesskey auth_key authkey secret_key secretkey private_key privatekey"
    " client_secret clientsecret consumer_secret app_secret api_secret access_token accesstoken access-token auth_token"
    " authtoken auth-token api_token apitoken bot_token refresh_token refreshtoken bearer_token subscription_key"
    " subscription-key"
)
_PASSWORDS = "password passwd pwd secret token passphrase"
_PASSWORD_NAMES = ("password", "passwd", "pwd")
_IN_ADDRESS = (
    "appid= api_key= apikey= apiKey= APIKEY= api-key= access_token= auth_token= authtoken= subscription-key= app_key="
    " token= auth="
)
_MIXED = r"[\w.~+/=%-]"

KINDS = (
    _kind(
        "an AWS secret access key",
        "AKIA ASIA",
        r"""(?:AKIA|ASIA)[A-Z2-7]{16}\\{0,3}["']?[\s,:;]{1,4}\\{0,3}["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])""",
    ),
    _kind(
        "an AWS access key id",
        "AKIA ASIA",
        r"(?<![A-Za-z0-9+/])(?<!Credential=)((?:AKIA|ASIA)[A-Z2-7]{16})(?![A-Za-z0-9+])",
        lookalikes.is_key_id,
    ),
    _kind(
        "an AWS secret access key",
        "ecret_access_key ECRET_ACCESS_KEY ecretAccessKey aws_secret AWS_SECRET secret_key SECRET_KEY secretKey",
        r"""\w{0,20}\\{0,3}["']?\]?\s{0,3}(?:=|:|,)\s{0,3}\\{0,3}["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])""",
    ),
    _kind(
        "an AWS session token",
        "IQoJb3JpZ2lu FwoGZXIvYXdz FQoGZXIvYXdz",
        r"(?<![A-Za-z0-9+/])(?<!Security-Token=)((?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz)[A-Za-z0-9+/=%]{90,3000})",
    ),
    Kind(
        "a signed address of S3",
        ("X-Amz-Signature=",),
        r"(?<=[?&;])X-Amz-Signature=([0-9a-f]{64})(?!\w)",
        follows=lookalikes.is_lasting,
    ),
    _kind("an Amazon Bedrock key", "ABSK", r"(?<![A-Za-z0-9+/])(ABSK[A-Za-z0-9+/]{100,280}={0,2})(?![A-Za-z0-9+/])"),
    _kind("an Amazon Bedrock key", "bedrock-api-key-", r"bedrock-api-key-(YmVkcm9jay5[A-Za-z0-9+/=_-]{30,4000})"),
    _token("a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"[A-Za-z0-9]{36,255}"),
    _token("a GitHub token", "github_pat_", r"[A-Za-z0-9_]{36,255}"),
    _token(
        "a GitLab token",
        "glpat- gldt- glrt- glrtr- glcbt- glptt- glsoat- glft- glimt- glagent- glffct- glwt- gloas- GR1348941",
        r"[\w-]{20,300}",
    ),
    _kind("a GitLab session", "_gitlab_session=", r"_gitlab_session=([0-9a-f]{32})(?!\w)"),
    _token(
        "a Slack token",
        "xoxb- xoxp- xoxa- xoxr- xoxs- xoxo- xoxc- xoxe- xoxe.xoxp- xoxe.xoxb- xapp-",
        r"[A-Za-z0-9-]{20,300}",
    ),
    _token("a Slack token", "xoxd-", r"[A-Za-z0-9%/+=-]{40,400}"),
    _kind("a Slack webhook", "hooks.slack.com/", r"hooks\.slack\.com/(?:services|workflows|triggers)/([\w/]{30,120})"),
    _token("a Google API key", "AIza", r"[\w-]{35}"),
    _kind("a Google API key", "AQ.Ab", r"(?<![\w.])AQ\.(Ab[\w-]{40,80})(?![\w-])"),
    _token("a Google client secret", "GOCSPX-", r"[\w-]{28}"),
    _token("a Google access token", "ya29.", r"[\w-]{30,1100}"),
    _kind("a Google refresh token", "1//0", r"(?<![\w/.:-])1//0([\w-]{40,200})"),
    _kind("an Anthropic key", "sk-ant-", r"(?<![\w-])sk-ant-([\w-]{30,200})"),
    _kind("a Langfuse key", "sk-lf-", r"(?<![\w-])sk-lf-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\w-])"),
    _kind(
        "an OpenAI key",
        "sk-",
        r"(?<![\w-])sk-((?:proj|svcacct|admin|service|None)-[\w-]{40,250}|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}"
        r"|[A-Za-z0-9]{48}|[a-f0-9]{32}|or-v1-[0-9a-f]{64})(?![\w-])",
    ),
    _token("a Hugging Face token", "hf_ api_org_", r"[A-Za-z0-9]{34,40}"),
    _token("an npm token", "npm_", r"[A-Za-z0-9]{36}"),
    _token("a PyPI token", "pypi-AgEIcHlwaS5vcmc pypi-AgENdGVzdC5weXBpLm9yZ", r"[\w-]{50,1000}"),
    _token(
        "a Stripe key",
        "sk_live_ rk_live_ sk_org_live_ sk_test_ rk_test_ sk_org_test_ whsec_",
        r"[0-9A-Za-z+/]{16,250}",
    ),
    _plain_token("a Twilio key", "SK", r"[0-9a-f]{32}"),
    _kind("a SendGrid key", "SG.", r"(?<![\w.])SG\.([\w-]{16,32}\.[\w-]{32,64})"),
    _kind("a Telegram bot token", ":AA", r"(?<=[0-9]{8}):(AA[\w-]{33})(?![\w-])"),
    _kind(
        "a Teams webhook",
        "webhook.office.com/",
        r"webhook\.office\.com/webhookb2/[0-9a-f@-]{73}/IncomingWebhook/([0-9a-f]{32}/[0-9a-f-]{36})",
    ),
    _kind("a Discord webhook", "discord", r"discord(?:app)?\.com/api/webhooks/(\d{15,20}/[\w-]{60,80})"),
    _kind(
        "a Discord bot token",
        "iscord ISCORD .run(",
        r"[^\n]{0,60}?(?<![\w.+/=-])([MNO][A-Za-z\d]{23,27}\.[\w-]{6}\.(?=[\w-]*\d)[\w-]{27,38})(?![\w-]|\.\w)",
    ),
    _plain_token("a Mailgun key", "key-", r"[0-9a-f]{32}"),
    Kind(
        "a Mailgun key",
        ("mailgun",),
        rf"""\w{{0,20}}{_GIVEN}(?:{_QUOTE})?([0-9a-f]{{32}}-[0-9a-f]{{8}}-[0-9a-f]{{8}})(?![\w-])""",
        is_named=True,
        any_case=True,
    ),
    _token("a DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", r"[0-9a-f]{64}"),
    _kind(
        "an Azure key", "AccountKey= SharedAccessKey= AccessKey=", r"A\w+Key=([A-Za-z0-9+/]{43,88}={1,2})(?![\w+/=])"
    ),
    _kind("an Azure key", "SharedAccessKey=", r"\w+=([A-Za-z0-9+/]{43,88}={1,2})(?![\w+/=])"),
    _led("an Azure key", 52, "JQQJ99", r"[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{20,30}"),
    _led("an Azure key", 76, "AZDO", r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}"),
    _led("an Azure key", 44, "AzFu", r"[\w-]{44}AzFu[\w-]{5}[AQgw]=="),
    _led("an Azure key", 42, "AzSe +ACR", r"[A-Za-z0-9+/]{42}(?:AzSe|\+ACR)[A-D][A-Za-z0-9+/]{5}"),
    _led(
        "an Azure key",
        33,
        "AzCa AIoT AZEG +ASb +AEh +ARm",
        r"[A-Za-z0-9+/]{33}(?:AzCa|AIoT|AZEG|\+A(?:Sb|Eh|Rm))[A-P][A-Za-z0-9+/]{5}=",
    ),
    _led(
        "an Azure key",
        76,
        "APIM ACDb +ABa +AMC +ASt",
        r"[A-Za-z0-9+/]{76}(?:APIM|ACDb|\+A(?:Ba|MC|St))[A-Za-z0-9+/]{5}[AQgw]==",
    ),
    _kind("an Azure client secret", "Q~", r"(?<=[\w~.-]{3}\d)(Q~[\w~.-]{31,34})(?![\w~-])", is_broken=True),
    Kind(
        "a signed address of Azure",
        ("sig=",),
        r"(?<=[?&;])sig=((?:[A-Za-z0-9+/]|%2[bBfF]){43}(?:=|%3[dD])?)(?![\w%+/-])",
        is_broken=True,
        follows=lookalikes.is_azure_address,
    ),
    _plain_token("a Databricks token", "dapi dose dkea doea", r"[0-9a-f]{32}(?:-\d)?"),
    _kind(
        "a Neptune token",
        "eyJhcGlfYWRkcmVzcyI6",
        r"(?<![\w.+/-])(eyJhcGlfYWRkcmVzcyI6[A-Za-z0-9+/_-]{60,600})",
        lookalikes.is_neptune,
    ),
    _kind(
        "a JSON Web Token",
        "eyJ",
        r"(?<![\w./+-])(?<!jwt=)(eyJ[\w-]{8,2000}\.eyJ[\w-]{8,8000}\.[\w-]{16,2000})",
        lookalikes.is_web_token,
    ),
    _kind(
        "a private key",
        "-----BEGIN",
        r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
        r"(?:\\++[rn]?|[\s\"',+>|#*:;()\[\]&-]|\\u00..|\d{1,5}(?=[:|.)\];<\s])|</?[a-zA-Z][^<>]{0,80}>"
        r"|(?:Proc-Type|DEK-Info|Version|Comment|Hash): [^\n\\<]{0,80}){0,80}([A-Za-z0-9+/=]{40,80})",
        lookalikes.is_body_of_key,
    ),
    _kind(
        "a private key",
        "PuTTY-User-Key-File- AGE-SECRET-KEY-1",
        r"AGE-SECRET-KEY-1([A-Z0-9]{58})|PuTTY-[^:]{1,25}:",
        lookalikes.always,
    ),
    _kind(
        "a private key",
        "b3BlbnNzaC1rZXktdjE",
        r"(?<![A-Za-z0-9+/])(b3BlbnNzaC1rZXktdjE[A-Za-z0-9+/]{30,80})",
    ),
    _kind(
        "a private key",
        "IBADANBgkqhkiG9w0BAQEFAASC IBAAKCAQEA IBAAKCAgEA IBAAKBgQ MHcCAQEEI",
        r"(?:(?<=MII[A-Za-z0-9+/]{3})IBA|(?<![A-Za-z0-9+/])MHcCAQEEI)([A-Za-z0-9+/]{30,80})",
    ),
    _kind(
        "a private key",
        "LS0tLS1CRUdJTi",
        r"(?<![A-Za-z0-9+/])(LS0tLS1CRUdJTi[A-Za-z0-9+/]{60,100})",
        lookalikes.is_packed_private_key,
    ),
    _kind(
        "a WireGuard key", "PrivateKey PresharedKey", r"Pr\w+Key\s{0,3}=\s{0,3}([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)"
    ),
    _kind(
        "an address with a password",
        "://",
        r"""(?<=[a-z0-9])://([^\s/:@"'<>\\?#&,;()\[\]|]{0,80}:[^\s/:@"'<>\\?#&,;()\[\]|]{3,200}@[A-Za-z0-9.-]{2,})""",
        lookalikes.is_login,
        is_broken=True,
    ),
    _token("a Weights & Biases key", "wandb_v1_", r"\w{60,100}"),
    _kind(
        "a Weights & Biases key",
        "WANDB_API_KEY wandb.login wandb login",
        r"""(?:WANDB_API_KEY\\{0,3}["']?\]?\s{0,3}[=:,]|wandb\.login\([^()\n]{0,40}?|wandb\s+login|login(?:\s+--?\w+)*)\s*"""
        r"""\\{0,3}["']?(?<![0-9a-f])([0-9a-f]{40})(?![0-9a-f])""",
    ),
    _token("a Kaggle token", "KGAT_", r"[0-9a-f]{32}"),
    _kind(
        "a Kaggle key",
        "username KAGGLE_KEY",
        r"""(?:username\\{0,3}["']\s{0,3}:\s{0,3}\\{0,3}["'][^"'\\\n]{1,60}\\{0,3}["']\s{0,3},\s{0,3}\\{0,3}["']key\\{0,3}["']\s{0,3}:\s{0,3}"""
        r"""|KAGGLE_KEY\\{0,3}["']?\]?\s{0,3}[=:]\s{0,3})\\{0,3}["']?([0-9a-f]{32})(?![0-9a-f])""",
    ),
    _kind("a token of a Jupyter server", "token=", r"(?<=[?&])token=([0-9a-f]{48})(?![0-9a-f])"),
    _token("a Shopify token", "shpat_ shpca_ shppa_ shpss_", r"[0-9a-fA-F]{32}"),
    _token("a Square token", "sq0atp- sq0csp-", r"[\w-]{22,50}"),
    _token("a Notion token", "ntn_ secret_", r"[A-Za-z0-9]{43,50}"),
    _kind("a Mapbox secret token", "sk.eyJ", r"(?<![\w.])sk\.(eyJ[\w-]{20,300}\.[\w-]{20,60})"),
    _token("a New Relic key", "NRAK-", r"[A-Z0-9]{27}"),
    _token("a Grafana token", "glsa_", r"[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}"),
    _kind(
        "a Grafana token",
        "glc_",
        r"(?<![\w/.-])glc_([A-Za-z0-9+/]{32,400}={0,3})(?![\w+/=-]|\.\w)",
        lookalikes.is_mixed,
    ),
    _token("a Groq key", "gsk_", r"[A-Za-z0-9]{48,60}"),
    _token("a Replicate token", "r8_", r"[A-Za-z0-9]{37,40}"),
    _token("an Atlassian token", "ATATT3xFf ATCTT3xFf", r"[\w=-]{60,300}"),
    _token("an Airtable token", "pat", r"[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
    _token("a Linear key", "lin_api_", r"[A-Za-z0-9]{40}"),
    _token("a Postman key", "PMAK-", r"[0-9a-f]{24}-[0-9a-f]{34}"),
    _token("a Vault token", "hvs. hvb.", r"[\w-]{80,300}"),
    _token("a Docker token", "dckr_pat_ dckr_oat_", r"[\w-]{27,40}"),
    _token("a RubyGems key", "rubygems_", r"[0-9a-f]{48}"),
    _token("a Sentry token", "sntrys_ sntryu_", r"[\w+/=]{40,400}"),
    _token("a Pinecone key", "pcsk_", r"[\w-]{60,90}"),
    _token("an xAI key", "xai-", r"[A-Za-z0-9]{70,90}"),
    _token("a Perplexity key", "pplx-", r"[A-Za-z0-9]{40,60}"),
    _token("a LangSmith key", "lsv2_pt_ lsv2_sk_", r"[0-9a-f]{32}_[0-9a-f]{10}"),
    _token("a Tailscale key", "tskey-", r"[a-z]+-[\w-]{20,60}"),
    _token("a Heroku key", "HRKU-", r"[\w-]{36,72}"),
    _token("a Netlify token", "nfp_ nfc_ nfo_ nfu_ nfb_", r"[A-Za-z0-9]{36,48}", lookalikes.is_mixed),
    _token("a Supabase key", "sbp_ sbp_oauth_", r"[0-9a-f]{40}"),
    _token("a Supabase key", "sb_secret_", r"[\w-]{31,36}"),
    _token("a Vercel token", "vcp_ vci_ vca_ vcr_ vck_", r"[\w-]{50,64}"),
    _token("a Cloudflare token", "cfut_ cfat_ cfk_", r"[\w-]{41,64}"),
    _kind("a Cloudflare key", "v1.0-", r"(?<![\w.])v1\.0-([0-9a-f]{24}-[0-9a-f]{146})(?!\w)"),
    _token("a PlanetScale token", "pscale_tkn_ pscale_oauth_ pscale_pw_", r"[\w=.-]{32,64}"),
    _token("a Fly.io token", "fo1_", r"[\w-]{43}"),
    _token("a Fly.io token", "fm2_ fm1r_ fm1a_", r"[A-Za-z0-9+/=]{100,3000}"),
    _kind(
        "a Doppler token",
        "dp.",
        r"(?<![\w.])dp\.(?:(?:pt|ct|sa|scim|audit)|st(?:\.[\w-]{2,35})?)\.([A-Za-z0-9]{40,44})(?!\w)",
    ),
    _kind("a Dropbox token", "sl.", r"(?<![\w.])sl\.((?:u\.)?[\w-]{130,2000})(?![\w-])"),
    _led("a Dropbox token", 11, "AAAAAAAAAA", r"[\w-]{11}AAAAAAAAAA(?!A)[\w-]{43}"),
    _token("a Figma token", "figd_ figdr_ figo_ figor_ figu_ figur_", r"[\w-]{38,60}"),
    _kind(
        "a JFrog key",
        "AKCp cmVmd",
        r"(?<![A-Za-z0-9+/])(AKCp[A-Za-z0-9]{69}|cmVmd[A-Za-z0-9]{59})(?![\w+/=-])",
    ),
    _plain_token("a NuGet key", "oy2", r"[a-z0-9]{43}"),
    _plain_token("a crates.io token", "cio", r"[A-Za-z0-9]{32}", lookalikes.is_mixed),
    _led("a Terraform token", 14, ".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,70}"),
    _kind("a Snyk token", "snyk_", r"(?<!\w)snyk_(?:uat|sat|rt)\.([0-9a-f]{8}\.[\w.-]{40,200})"),
    _kind(
        "a Cohere key",
        "ohere OHERE CO_API_KEY",
        r"[^\n]{0,60}?(?<![\w+/=.-])([A-Za-z0-9]{40})(?![\w+/=-]|\.\w)",
        lookalikes.is_mixed,
    ),
    _token("a Together key", "tgp_v1_", r"[\w-]{43}"),
    _plain_token("a Fireworks key", "fw_", r"[A-Za-z0-9]{22,24}", lookalikes.is_mixed),
    _token("a Tavily key", "tvly-", r"(?:dev-|prod-)?[A-Za-z0-9-]{32,60}"),
    _token("an NVIDIA key", "nvapi-", r"[\w-]{56,80}"),
    _token("a Cerebras key", "csk-", r"[a-z0-9]{48}"),
    _token("an ElevenLabs key", "sk_", r"[0-9a-f]{48}"),
    Kind(
        "a Roboflow key",
        ("api_key", "ROBOFLOW_API_KEY"),
        rf"""\w{{3,20}}\s{{0,3}}[=:]\s{{0,3}}{_QUOTE}([A-Za-z0-9]{{20}}){_QUOTED_END}""",
        lookalikes.is_mixed,
        follows=lookalikes.of_roboflow,
    ),
    _token("a PostHog key", "phx_", r"[A-Za-z0-9]{40,60}"),
    _kind("a Facebook token", "EAA", r"(?<![\w+/.,-])(EAA[A-Za-z0-9]{90,400})(?![\w+/=-])", lookalikes.is_facebook),
    _plain_token("an Alibaba key id", "LTAI", r"[A-Za-z0-9]{12,24}", lookalikes.is_mixed_id),
    _plain_token("a Tencent key id", "AKID", r"[A-Za-z0-9]{32}", lookalikes.is_mixed),
    _kind("a Yandex token", "t1.", r"(?<![\w.])t1\.([\w-]{40,1000}={0,2}\.[\w-]{86}={0,2})(?![\w-])"),
    _token("a Yandex token", "AQVN YCAJ YCAM YCAN y0_Ag", r"[\w-]{34,60}"),
    _kind(
        "an IBM Quantum token",
        "save_account enable_account save_account( QiskitRuntimeService(",
        rf"[^\n]{{0,80}}?{_QUOTE}([0-9a-f]{{128}}|[\w-]{{44}}){_QUOTED_END}",
        lookalikes.is_key,
    ),
    Kind(
        "a Twitter token",
        ("AAAAAAAAAAAAAAAAAAAA",),
        r"(?<![\w+/=-])A{20,24}((?!A)(?:[A-Za-z0-9]|%[0-9A-F]{2}){60,140})(?![\w+/=%-])",
        follows=lookalikes.by_twitter,
    ),
    _led("a Mailchimp key", 32, "-us", r"[0-9a-f]{32}-us\d{1,2}"),
    _token("a Brevo key", "xkeysib- xsmtpsib-", r"[0-9a-f]{64}-[A-Za-z0-9]{16}"),
    _token("a Resend key", "re_", r"[A-Za-z0-9]{8}_[A-Za-z0-9]{24}"),
    _token("a Typeform token", "tfp_", r"[\w.=-]{40,70}"),
    _token("a Pulumi token", "pul-", r"[0-9a-f]{40}"),
    _token("a Prefect key", "pnu_ pnb_", r"[A-Za-z0-9]{36}"),
    _token("a ReadMe key", "rdme_", r"[a-z0-9]{70}"),
    _kind("a Dynatrace token", "dt0c01.", r"(?<!\w)dt0c01\.([A-Z0-9]{24}\.[A-Z0-9]{64})(?!\w)"),
    _token("an Adafruit key", "aio_", r"[A-Za-z0-9]{28}", lookalikes.is_mixed),
    _token("a Contentful token", "CFPAT-", r"[\w-]{43}"),
    _token("a Shippo token", "shippo_live_ shippo_test_", r"[0-9a-f]{40}"),
    _token("a Sourcegraph token", "sgp_", r"(?:[0-9a-f]{16}_|local_)?[0-9a-f]{40}"),
    _token("a 1Password token", "ops_eyJ", r"[A-Za-z0-9+/=_-]{250,3000}"),
    _token("a Buildkite token", "bkua_", r"[0-9a-f]{40}"),
    _token("a CircleCI token", "CCIPAT_ CCIPRJ_", r"[A-Za-z0-9]{22}_[0-9a-f]{40}"),
    _token("a Clojars token", "CLOJARS_", r"[a-z0-9]{60}"),
    _token("an EasyPost key", "EZAK EZTK", r"[A-Za-z0-9]{54}"),
    _token("a Duffel token", "duffel_live_ duffel_test_", r"[\w=-]{43}"),
    _token("a Frame.io token", "fio-u-", r"[\w=-]{64}"),
    _token("an OpenShift token", "sha256~", r"[\w-]{43}"),
    _token(
        "a Plaid token",
        "access-production- access-sandbox- access-development-",
        r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    ),
    _token("a Jina key", "jina_", r"[A-Za-z0-9]{32}[\w-]{20,40}"),
    _plain_token("a Voyage key", "pa- al-", r"[\w-]{43}", lookalikes.is_mixed),
    _token("a LlamaCloud key", "llx-", r"[A-Za-z0-9]{48}"),
    _token("a Firecrawl key", "fc-", r"[0-9a-f]{32}"),
    _token("an E2B key", "e2b_", r"[0-9a-f]{40}"),
    _token("an Apify token", "apify_api_", r"[A-Za-z0-9]{34,40}"),
    _token("a Neon key", "napi_", r"[A-Za-z0-9]{64}"),
    Kind("a Render key", ("rnd_",), rf"{_START}rnd_([A-Za-z0-9]{{24,40}}){_END}", lookalikes.is_mixed, is_guess=True),
    _led("a MaxMind key", 36, "_mmk", r"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk"),
    Kind(
        "a bearer token",
        ("bearer",),
        rf"\s{{1,3}}({_MIXED}{{24,2000}})",
        lookalikes.is_key,
        is_broken=True,
        is_named=True,
        any_case=True,
    ),
    _kind(
        "a token of an HTTP header",
        "uthorization",
        r"""uthorization\\{0,3}["']?\s{0,3}[:=,]\s{0,3}[bf]?\\{0,3}["']?"""
        r"""(?:[Tt]oken(?:[ ]token=)?|SSWS|[Aa]pi-?[Kk]ey|GenieKey|Key|Splunk|Bot|Api-Token|OAuth|DeepL-Auth-Key)"""
        r"""\s+\\{0,3}["']?([\w.~+/=:-]{20,400})""",
        lookalikes.is_key_or_uuid,
    ),
    _kind(
        "a password",
        "Basic",
        r"Basic\s{1,3}([A-Za-z0-9+/]{8,400}={0,2})(?![\w+/=])",
        lookalikes.is_basic,
        is_broken=True,
    ),
    Kind(
        "a password",
        ("auth",),
        rf"""{_GIVEN}{_QUOTE}([A-Za-z0-9+/]{{12,400}}={{0,2}}){_QUOTED_END}""",
        lookalikes.is_basic,
        is_named=True,
    ),
    _kind(
        "an address with an API key",
        _IN_ADDRESS,
        rf"(?<=[?&;])(?:{_any(_IN_ADDRESS)})([A-Za-z0-9_~+-]{{16,200}})(?![\w~+/-]|\.\w)",
        lookalikes.is_key_of_address,
    ),
    _named("a password", _PASSWORDS, rf"""{_QUOTE}([^\s"'\\]{{24,120}}){_QUOTED_END}""", lookalikes.is_mixed),
    _named(
        "an API key",
        _API_NAMES,
        rf"""[brfu]?\\{{0,3}}["']?({_MIXED}{{20,200}})(?![\w.~+/=(\[-])""",
        lookalikes.is_key,
    ),
    _named(
        "an API key",
        "_KEY _TOKEN _SECRET _PAT _PASSWORD _PASS _APIKEY",
        rf"""\\{{0,3}}["']?({_MIXED}{{20,200}})(?![\w.~+/=(\[-])""",
        lookalikes.is_key_or_uuid,
    ),
    _named("a token", "token", rf"{_QUOTE}([0-9a-f]{{40}}|[0-9a-f]{{64}}){_QUOTED_END}"),
    Kind(
        "a session of Django",
        ("sessionid",),
        r"""sessionid\\{0,3}["']?\s{0,2}[=:]\s{0,2}\\{0,3}["']?([a-z0-9]{32})(?!\w)""",
        follows=lookalikes.in_cookies,
    ),
    Kind(
        "a password of a database",
        _PASSWORD_NAMES,
        r"""(?:\s?=\s?|["'],\s?(?=["']))\\{0,3}["']?([^\s"'&;,()<>\\]{6,100})(?=["'&;,)<\s\\]|\Z)""",
        lookalikes.is_passphrase,
        is_broken=True,
        follows=lookalikes.in_connection,
        is_named=True,
        any_case=True,
    ),
    Kind(
        "a password",
        ("password",),
        r"""\s{1,20}([^\s"'<\\]{5,200})""",
        lookalikes.is_passphrase,
        is_broken=True,
        follows=lookalikes.in_netrc,
        is_named=True,
        any_case=True,
    ),
    _kind(
        "a password",
        "curl",
        r"""curl\b[^\n|;]{0,200}?\s(?:-u|--user|-U|--proxy-user)[ =]?\s?"""
        r"""\\{0,3}["']?([^\s:"'$<{]{1,80}:[^\s"'$<{\\]{5,100})""",
        lookalikes.is_pair,
        is_broken=True,
    ),
    Kind(
        "a password",
        _PASSWORD_NAMES,
        rf"""{_GIVEN}{_QUOTE}([^\s"'\\]{{8,23}}){_QUOTED_END}""",
        lookalikes.is_strong,
        is_broken=True,
        follows=lookalikes.is_elsewhere,
        is_named=True,
        any_case=True,
        is_guess=True,
    ),
    Kind(
        "a password",
        _PASSWORD_NAMES[:1],
        r"""\s?:\s{1,3}(?!["'])([!-~]{8,60})(?=\s|\Z)""",
        lookalikes.is_strong,
        is_broken=True,
        follows=lookalikes.is_elsewhere,
        is_named=True,
        any_case=True,
        is_guess=True,
    ),
    _guess(
        "a password",
        ".login(",
        r"""\.login\(\s{0,3}["'][^"'\n]{3,80}["']\s{0,3},\s{0,3}["']([^"'\n]{8,60})["']""",
        lookalikes.is_password_of_mail,
    ),
    _guess(
        "a password",
        "auth=(",
        r"""auth=\(\s{0,3}["'][^"'\n]{1,80}["']\s{0,3},\s{0,3}["']([^"'\s]{8,100})["']\s{0,3}\)""",
        lookalikes.is_strong,
    ),
)
