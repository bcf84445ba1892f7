"""What a notebook should not tell: secrets of all kinds, places in photographs, people; and what only looks like it."""

from __future__ import annotations

import base64
import io
import json
import random
import string
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from publisher import beside, build, config, leaks, notebooks, posts
from publisher.build import Options
from publisher.leaks.kinds import KINDS
from publisher.report import QuietReporter
from tests.support.blogs import NOW
from tests.support.notebooks import cell, notebook
from tests.support.posts import MAKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from publisher.report import Summary

HEX = "0123456789abcdef"
WORD = string.ascii_letters + string.digits
_chance = random.Random(20)


def any_of(letters: str, number: int) -> str:
    """Return letters by chance, the same in each run: no secret of anybody may stand in a file of this project."""
    return "".join(_chance.choice(letters) for _ in range(number))


def packed(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def uuid() -> str:
    return "-".join(any_of(HEX, length) for length in (8, 4, 4, 4, 12))


def pem(kind: str) -> str:
    lines = "\n".join(any_of(WORD + "+/", 64) for _ in range(4))
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----"


TOKEN = f"ghp_{any_of(WORD, 36)}"
JWT = f"{packed({'alg': 'HS256', 'typ': 'JWT'})}.{packed({'sub': '4711', 'name': 'Ada'})}.{any_of(WORD, 43)}"
PLANTED = {
    "AWS id": ("an AWS access key id", f"AKIA{any_of('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}"),
    "AWS key": ("an AWS secret access key", f'aws_secret_access_key = "{any_of(WORD + "+/", 40)}"'),
    "GitHub": ("a GitHub token", TOKEN),
    "GitHub OAuth": ("a GitHub token", f"gho_{any_of(WORD, 36)}"),
    "GitHub, fine-grained": ("a GitHub token", f"github_pat_{any_of(WORD, 22)}_{any_of(WORD, 59)}"),
    "GitLab": ("a GitLab token", f"glpat-{any_of(WORD + '-', 20)}"),
    "Slack": ("a Slack token", f"xoxb-{any_of(string.digits, 12)}-{any_of(string.digits, 12)}-{any_of(WORD, 24)}"),
    "Slack webhook": (
        "a Slack webhook",
        f"https://hooks.slack.com/services/T{any_of(WORD, 8)}/B{any_of(WORD, 8)}/{any_of(WORD, 24)}",
    ),
    "Google": ("a Google API key", f"AIza{any_of(WORD + '-_', 34)}Q"),
    "Google client": ("a Google client secret", f"GOCSPX-{any_of(WORD + '-_', 27)}Q"),
    "Google access": ("a Google access token", f"ya29.{any_of(WORD + '-_', 60)}Q"),
    "service account": (
        "a private key",
        json.dumps({"type": "service_account", "private_key": pem("PRIVATE KEY"), "client_email": "a@b.example"}),
    ),
    "OpenAI": ("an OpenAI key", f"sk-proj-{any_of(WORD + '-_', 100)}Q"),
    "OpenAI, old": ("an OpenAI key", f"sk-{any_of(WORD, 20)}T3BlbkFJ{any_of(WORD, 20)}"),
    "Anthropic": ("an Anthropic key", f"sk-ant-api03-{any_of(WORD + '-_', 93)}AA"),
    "Hugging Face": ("a Hugging Face token", f"hf_{any_of(string.ascii_letters, 34)}"),
    "npm": ("an npm token", f"npm_{any_of(WORD, 36)}"),
    "PyPI": ("a PyPI token", f"pypi-AgEIcHlwaS5vcmc{any_of(WORD + '-_', 150)}Q"),
    "Stripe": ("a Stripe key", f"sk_live_{any_of(WORD, 24)}"),
    "Twilio": ("a Twilio key", f"SK{any_of(HEX, 32)}"),
    "SendGrid": ("a SendGrid key", f"SG.{any_of(WORD, 22)}.{any_of(WORD, 43)}"),
    "Telegram": ("a Telegram bot token", f"{any_of('123456789', 10)}:AA{any_of(WORD + '-_', 32)}Q"),
    "Teams webhook": (
        "a Teams webhook",
        f"https://a.webhook.office.com/webhookb2/{uuid()}@{uuid()}/IncomingWebhook/{any_of(HEX, 32)}/{uuid()}",
    ),
    "Discord webhook": (
        "a Discord webhook",
        f"https://discord.com/api/webhooks/{any_of('123456789', 18)}/{any_of(WORD, 68)}",
    ),
    "Discord bot": ("a Discord bot token", f'DISCORD = "M{any_of(WORD, 25)}.{any_of(WORD, 6)}.{any_of(WORD, 31)}7"'),
    "Mailgun": ("a Mailgun key", f"key-{any_of(HEX, 32)}"),
    "Mailgun, new": ("a Mailgun key", f"MAILGUN_KEY={any_of(HEX, 32)}-{any_of(HEX, 8)}-{any_of(HEX, 8)}"),
    "DigitalOcean": ("a DigitalOcean token", f"dop_v1_{any_of(HEX, 64)}"),
    "Azure storage": ("an Azure key", f"AccountName=plots;AccountKey={any_of(WORD + '+/', 86)}==;EndpointSuffix=core"),
    "Azure client": ("an Azure client secret", f"{any_of(WORD, 3)}8Q~{any_of(WORD, 34)}"),
    "Databricks": ("a Databricks token", f"dapi{any_of(HEX, 32)}"),
    "JWT": ("a JSON Web Token", JWT),
    "RSA": ("a private key", pem("RSA PRIVATE KEY")),
    "EC": ("a private key", pem("EC PRIVATE KEY")),
    "OpenSSH": ("a private key", pem("OPENSSH PRIVATE KEY")),
    "PGP": ("a private key", pem("PGP PRIVATE KEY BLOCK").replace("-----\n", "-----\nVersion: GnuPG v2\n\n", 1)),
    "encrypted": (
        "a private key",
        pem("RSA PRIVATE KEY").replace(
            "-----\n", f"-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,{any_of(HEX, 32).upper()}\n\n", 1
        ),
    ),
    "PKCS 8": ("a private key", pem("ENCRYPTED PRIVATE KEY")),
    "key in one line": ("a private key", pem("PRIVATE KEY").replace("\n", "\\n")),
    "PuTTY": ("a private key", f"PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\n{any_of(WORD, 64)}"),
    "database": ("an address with a password", f"postgresql://ada:{any_of(WORD, 9)}@db.plots.net:5432/runs"),
    "web page": ("an address with a password", f"https://ada:{any_of(WORD, 6)}@plots.net/x"),
    "Weights & Biases": ("a Weights & Biases key", f"wandb.login(key='{any_of(HEX, 40)}')"),
    "Kaggle": ("a Kaggle key", json.dumps({"username": "ada", "key": any_of(HEX, 32)})),
    "Jupyter": ("a token of a Jupyter server", f"http://localhost:8888/lab?token={any_of(HEX, 48)}"),
    "Shopify": ("a Shopify token", f"shpat_{any_of(HEX, 32)}"),
    "Notion": ("a Notion token", f"ntn_{any_of(WORD, 46)}"),
    "New Relic": ("a New Relic key", f"NRAK-{any_of(string.ascii_uppercase + string.digits, 27)}"),
    "Grafana": ("a Grafana token", f"glsa_{any_of(WORD, 32)}_{any_of(HEX, 8)}"),
    "Groq": ("a Groq key", f"gsk_{any_of(WORD, 52)}"),
    "Replicate": ("a Replicate token", f"r8_{any_of(WORD, 37)}"),
    "Airtable": ("an Airtable token", f"pat{any_of(WORD, 14)}.{any_of(HEX, 64)}"),
    "Docker": ("a Docker token", f"dckr_pat_{any_of(WORD, 27)}"),
    "LangSmith": ("a LangSmith key", f"lsv2_pt_{any_of(HEX, 32)}_{any_of(HEX, 10)}"),
    "bearer": ("a bearer token", f'headers = {{"Authorization": "Bearer {any_of(WORD, 40)}7aA"}}'),
    "password": ("a password", f'password = "{any_of(WORD, 24)}7aA"'),
    "password in JSON": ("a password", json.dumps(json.dumps({"client_secret": any_of(WORD, 24) + "7aA"}))),
    "AWS session": ("an AWS session token", f"AWS_SESSION_TOKEN=IQoJb3JpZ2luX2VjE{any_of(WORD + '+/', 300)}=="),
    "AWS signed": (
        "a signed address of S3",
        ("https://a.s3.amazonaws.com/b?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260101T000000Z"
        f"&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature={any_of(HEX, 64)}"),
    ),
    "Bedrock": ("an Amazon Bedrock key", f"ABSKQmVkcm9ja0FQSUtleS{any_of(WORD, 110)}="),
    "Azure AI": ("an Azure key", f"{any_of(WORD, 52)}JQQJ99BAACYeBj{any_of(WORD, 6)}AAABACOG{any_of(WORD, 4)}"),
    "Azure DevOps": ("an Azure key", f"{any_of(WORD, 76)}AZDO{any_of(WORD, 4)}"),
    "Azure Functions": ("an Azure key", f"code={any_of(WORD + '-_', 43)}aAzFu{any_of(WORD, 5)}Q=="),
    "Azure, signed": (
        "a signed address of Azure",
        f"https://a.blob.core.windows.net/b?sv=2022-11-02&sp=rl&sig={any_of(WORD, 20)}%2F{any_of(WORD, 22)}%3D",
    ),
    "Azure client, signs": ("an Azure client secret", f"aB~8Q~{any_of(WORD, 9)}.{any_of(WORD, 9)}~{any_of(WORD, 14)}"),
    "Azure OpenAI": ("an API key", f"AZURE_OPENAI_API_KEY={any_of(HEX, 32)}"),
    "Google, new": ("a Google API key", f"AQ.Ab8RN6{any_of(WORD + '-_', 44)}"),
    "GitLab runner": ("a GitLab token", f"GR1348941{any_of(WORD + '-_', 20)}"),
    "Weights & Biases, new": ("a Weights & Biases key", f"wandb_v1_{any_of(WORD, 27)}_{any_of(WORD, 49)}"),
    "Kaggle, new": ("a Kaggle token", f"KGAT_{any_of(HEX, 32)}"),
    "Slack in a browser": ("a Slack token", f"xoxc-{any_of(string.digits, 12)}-{any_of(HEX, 64)}"),
    "Slack cookie": ("a Slack token", f"d=xoxd-{any_of(WORD, 30)}%2F{any_of(WORD, 40)}7"),
    "Databricks OAuth": ("a Databricks token", f"dose{any_of(HEX, 32)}"),
    "Stripe organization": ("a Stripe key", f"sk_org_live_{any_of(WORD, 40)}"),
    "bearer with signs": ("a bearer token", f"Bearer {any_of(WORD, 12)}.{any_of(WORD, 13)}~{any_of(WORD, 12)}7aA"),
    "bearer in digits": ("a bearer token", f"'Authorization': 'Bearer {any_of(HEX, 40)}'"),
    "old GitHub": ("a token of an HTTP header", f"'Authorization': 'token {any_of(HEX, 40)}'"),
    "OpenSSH body": ("a private key", f"b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ{any_of(WORD, 28)}"),
    "PKCS 8 body": ("a private key", f"MIIEvgIBADANBgkqhkiG9w0BAQEFAASC{any_of(WORD, 32)}"),
    "key with <br>": ("a private key", pem("PRIVATE KEY").replace("\n", "<br>")),
    "key in a table": ("a private key", "</td></tr><tr><td>".join(pem("PRIVATE KEY").split("\n"))),
    "key with numbers": ("a private key", "\n".join(f" 1: {line}" for line in pem("PRIVATE KEY").split("\n"))),
    "WireGuard": ("a WireGuard key", f"PrivateKey = {any_of(WORD, 42)}A="),
    "Neptune": (
        "a Neptune token",
        base64.b64encode(json.dumps({"api_address": "https://a.net", "api_key": any_of(HEX, 32)}).encode()).decode(),
    ),
    "libpq": ("a password of a database", f"host=db.plots.net user=ada password={any_of(WORD, 8)}!7aA"),
    "JDBC": ("a password of a database", f"jdbc:postgresql://db.plots.net/a?user=ada&password={any_of(WORD, 8)}!7aA"),
    "ODBC": ("a password of a database", f"Server=db.plots.net;Uid=ada;Pwd={any_of(WORD, 8)}!7aA;"),
    "connect": ("a password of a database", f"connect(host='db.plots.net', password='{any_of(WORD, 8)}!7aA')"),
    "netrc": ("a password", f"machine plots.net login ada password {any_of(WORD, 8)}!7aA"),
    "curl": ("a password", f"curl -s -u ada:{any_of(WORD, 8)}!7aA https://plots.net"),
    "Basic": ("a password", "Basic " + base64.b64encode(f"ada:{any_of(WORD, 9)}!7aA".encode()).decode()),
    "Docker login": (
        "a password",
        json.dumps({"auths": {"a.net": {"auth": base64.b64encode(f"ada:{any_of(WORD, 9)}!7aA".encode()).decode()}}}),
    ),
    "api_key": ("an API key", f"api_key = '{any_of(HEX, 32)}'"),
    "x-api-key": ("an API key", f"{{'x-api-key': '{any_of(HEX, 40)}'}}"),
    "token": ("a token", f"token = '{any_of(HEX, 40)}'"),
    "address": ("an address with an API key", f"https://plots.net/a?q=b&appid={any_of(HEX, 32)}"),
    "Heroku": ("a Heroku key", f"HRKU-AA{any_of(WORD + '-_', 58)}"),
    "Netlify": ("a Netlify token", f"nfp_{any_of(WORD, 33)}7aA"),
    "Supabase": ("a Supabase key", f"sb_secret_{any_of(WORD, 22)}_{any_of(WORD, 8)}"),
    "Supabase management": ("a Supabase key", f"sbp_{any_of(HEX, 40)}"),
    "Vercel": ("a Vercel token", f"vcp_{any_of(WORD, 56)}"),
    "Cloudflare": ("a Cloudflare key", f"v1.0-{any_of(HEX, 24)}-{any_of(HEX, 146)}"),
    "PlanetScale": ("a PlanetScale token", f"pscale_tkn_{any_of(WORD, 43)}"),
    "Fly.io": ("a Fly.io token", f"FlyV1 fm2_{any_of(WORD + '+/', 200)}=="),
    "Doppler": ("a Doppler token", f"dp.pt.{any_of(WORD, 43)}"),
    "Dropbox": ("a Dropbox token", f"sl.{any_of(WORD + '-_', 139)}Q"),
    "Figma": ("a Figma token", f"figd_{any_of(WORD + '-_', 40)}"),
    "JFrog": ("a JFrog key", f"AKCp{any_of(WORD, 69)}"),
    "NuGet": ("a NuGet key", f"oy2{any_of(string.ascii_lowercase + string.digits, 43)}"),
    "crates.io": ("a crates.io token", f"cio{any_of(WORD, 29)}7aA"),
    "Terraform": ("a Terraform token", f"{any_of(WORD, 14)}.atlasv1.{any_of(WORD, 67)}"),
    "Snyk": ("a Snyk token", f"snyk_uat.{any_of(HEX, 8)}.{any_of(WORD, 64)}"),
    "Cohere": ("a Cohere key", f"cohere.Client('{any_of(WORD, 37)}7aA')"),
    "Together": ("a Together key", f"tgp_v1_{any_of(WORD + '-_', 43)}"),
    "Fireworks": ("a Fireworks key", f"fw_{any_of(WORD, 21)}7aA"),
    "Tavily": ("a Tavily key", f"tvly-dev-{any_of(WORD, 32)}"),
    "Langfuse": ("a Langfuse key", "sk-lf-" + "-".join(any_of(HEX, length) for length in (8, 4, 4, 4, 12))),
    "NVIDIA": ("an NVIDIA key", f"nvapi-{any_of(WORD + '-_', 63)}Q"),
    "Cerebras": ("a Cerebras key", f"csk-{any_of(string.ascii_lowercase + string.digits, 48)}"),
    "ElevenLabs": ("an ElevenLabs key", f"sk_{any_of(HEX, 48)}"),
    "Roboflow": ("a Roboflow key", f'Roboflow(api_key="{any_of(WORD, 17)}7aA")'),
    "Comet": ("an API key", f'Experiment(api_key="{any_of(WORD, 22)}7aA")'),
    "PostHog": ("a PostHog key", f"phx_{any_of(WORD, 43)}"),
    "Facebook": ("a Facebook token", f"EAA{any_of(WORD, 160)}7aA"),
    "IBM Quantum": ("an IBM Quantum token", f"IBMQ.save_account('{any_of(HEX, 128)}')"),
    "Alibaba": ("an Alibaba key id", f"LTAI5t{any_of(WORD, 15)}7aA"),
    "Tencent": ("a Tencent key id", f"AKID{any_of(WORD, 29)}7aA"),
    "Yandex": ("a Yandex token", f"t1.{any_of(WORD, 100)}.{any_of(WORD, 86)}"),
    "Okta": ("a token of an HTTP header", f"'Authorization': 'SSWS 00{any_of(WORD, 37)}7aA'"),
    "session": ("a session of Django", f"cookies={{'sessionid': '{any_of('abcdefghijklmn234567', 32)}'}}"),
    "1Password": ("a 1Password token", f"ops_eyJ{any_of(WORD, 300)}"),
    "Brevo": ("a Brevo key", f"xkeysib-{any_of(HEX, 64)}-{any_of(WORD, 16)}"),
    "Buildkite": ("a Buildkite token", f"bkua_{any_of(HEX, 40)}"),
    "CircleCI": ("a CircleCI token", f"CCIPAT_{any_of(WORD, 22)}_{any_of(HEX, 40)}"),
    "Clojars": ("a Clojars token", f"CLOJARS_{any_of(string.ascii_lowercase + string.digits, 60)}"),
    "Cloudflare user": ("a Cloudflare token", f"cfut_{any_of(WORD, 48)}"),
    "Contentful": ("a Contentful token", f"CFPAT-{any_of(WORD, 43)}"),
    "Duffel": ("a Duffel token", f"duffel_live_{any_of(WORD, 43)}"),
    "Dynatrace": (
        "a Dynatrace token",
        f"dt0c01.{any_of(string.ascii_uppercase, 24)}.{any_of(string.ascii_uppercase + string.digits, 64)}",
    ),
    "Firecrawl": ("a Firecrawl key", f"fc-{any_of(HEX, 32)}"),
    "Frame.io": ("a Frame.io token", f"fio-u-{any_of(WORD, 64)}"),
    "GitLab session": ("a GitLab session", f"_gitlab_session={any_of(HEX, 32)}"),
    "Google refresh": ("a Google refresh token", f"1//0{any_of(WORD, 90)}"),
    "Jina": ("a Jina key", f"jina_{any_of(HEX, 32)}{any_of(WORD, 28)}"),
    "Linear": ("a Linear key", f"lin_api_{any_of(WORD, 40)}"),
    "LlamaCloud": ("a LlamaCloud key", f"llx-{any_of(WORD, 48)}"),
    "Mailchimp": ("a Mailchimp key", f"{any_of(HEX, 32)}-us12"),
    "Mapbox": ("a Mapbox secret token", f"sk.eyJ{any_of(WORD, 60)}.{any_of(WORD, 22)}"),
    "MaxMind": ("a MaxMind key", f"{any_of(WORD, 6)}_{any_of(WORD, 29)}_mmk"),
    "Neon": ("a Neon key", f"napi_{any_of(WORD, 64)}"),
    "Perplexity": ("a Perplexity key", f"pplx-{any_of(WORD, 48)}"),
    "Pinecone": ("a Pinecone key", f"pcsk_{any_of(WORD, 6)}_{any_of(WORD, 63)}"),
    "Plaid": ("a Plaid token", "access-production-" + "-".join(any_of(HEX, length) for length in (8, 4, 4, 4, 12))),
    "Postman": ("a Postman key", f"PMAK-{any_of(HEX, 24)}-{any_of(HEX, 34)}"),
    "Prefect": ("a Prefect key", f"pnu_{any_of(WORD, 36)}"),
    "Pulumi": ("a Pulumi token", f"pul-{any_of(HEX, 40)}"),
    "ReadMe": ("a ReadMe key", f"rdme_{any_of(string.ascii_lowercase + string.digits, 70)}"),
    "Resend": ("a Resend key", f"re_{any_of(WORD, 8)}_{any_of(WORD, 24)}"),
    "RubyGems": ("a RubyGems key", f"rubygems_{any_of(HEX, 48)}"),
    "Sentry": ("a Sentry token", f"sntryu_{any_of(HEX, 64)}"),
    "Shippo": ("a Shippo token", f"shippo_live_{any_of(HEX, 40)}"),
    "Sourcegraph": ("a Sourcegraph token", f"sgp_{any_of(HEX, 40)}"),
    "Square": ("a Square token", f"sq0atp-{any_of(WORD, 22)}"),
    "Tailscale": ("a Tailscale key", f"tskey-auth-{any_of(WORD, 12)}-{any_of(WORD, 32)}"),
    "Twitter": ("a Twitter token", f"twitter = '{'A' * 22}b{any_of(WORD, 60)}%3D{any_of(WORD, 25)}'"),
    "Typeform": ("a Typeform token", f"tfp_{any_of(WORD, 59)}"),
    "Vault": ("a Vault token", f"hvs.{any_of(WORD, 95)}"),
    "Voyage": ("a Voyage key", f"pa-{any_of(WORD, 40)}7aA"),
    "Adafruit": ("an Adafruit key", f"aio_{any_of(WORD, 25)}7aA"),
    "Apify": ("an Apify token", f"apify_api_{any_of(WORD, 36)}"),
    "Atlassian": ("an Atlassian token", f"ATATT3xFf{any_of(WORD, 180)}"),
    "E2B": ("an E2B key", f"e2b_{any_of(HEX, 40)}"),
    "EasyPost": ("an EasyPost key", f"EZAK{any_of(WORD, 54)}"),
    "OpenShift": ("an OpenShift token", f"sha256~{any_of(WORD, 43)}"),
    "xAI": ("an xAI key", f"xai-{any_of(WORD, 80)}"),
    "in base64": ("a GitHub token", base64.b64encode(f"token: {TOKEN}".encode()).decode()),
    "in base64 twice": ("a GitHub token", base64.b64encode(base64.b64encode(TOKEN.encode())).decode()),
    "in digits": ("a GitHub token", TOKEN.encode().hex()),
    "compressed": ("a GitHub token", base64.b64encode(zlib.compress(TOKEN.encode())).decode()),
    "kubeconfig": ("a private key", f"client-key-data: {base64.b64encode(pem('RSA PRIVATE KEY').encode()).decode()}"),
    "behind a payload": ("a GitHub token", f"{any_of(WORD, 6000)}/{TOKEN}/{any_of(WORD, 6000)}"),
}  # fmt: skip

INNOCENT = {
    "AWS's example": "AKIAIOSFODNN7EXAMPLE",
    "AWS's other example": 'aws_secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"',
    "a signed address": f"https://s3.net/x?X-Amz-Credential=AKIA{any_of('ABCDEFGHIJKLMNOPQRSTUVWXYZ', 16)}%2F20260101",
    "stars": f"ghp_{'x' * 36}",
    "digits in order": "ghp_1234567890abcdefghijklmnopqrstuvwxyz",
    "a variable": 'password = "${DATABASE_PASSWORD_OF_PRODUCTION}"',
    "a word": 'password = "correct-horse-battery-staple"',
    "from the surroundings": 'token = os.environ["GITHUB_TOKEN_OF_THE_ROBOT"]',
    "placeholders in an address": "postgresql://user:password@db.plots.net/x",
    "a local database": "postgresql://postgres:postgres@localhost:5432/x",
    "variables in an address": "https://$NAME:$TOKEN@github.com/x https://{user}:{pw}@x.org <https://u:…@x.org>",
    "a port": "http://plots.net:8080/@ada and https://plots.net/a:b@c",
    "a class of scikit-learn": f"<div id='sk-container-id-1' class='sk-top-container'>sk-{'estimator-' * 6}</div>",
    "a slug": "risk-of-the-task-force-and-disk-access-by-mask-and-more-words-in-a-row",
    "a hash": f"sha256:{any_of(HEX, 64)} commit {any_of(HEX, 40)}",
    "a public key": "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKC\n-----END PUBLIC KEY-----",
    "a key left out": "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
    "no web token": f"eyJ{any_of(WORD, 30)}.eyJ{any_of(WORD, 30)}.{any_of(WORD, 40)}",
    "a tokenizer": 'tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased-whole-word-masking")',
    "an example on jwt.io": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwi"
    "aWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
    "an example of GitHub": "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "a path": "'OLDPWD': '/home/runner/work/MyProject12/MyProject12'",
    "a name of a class": "token_type='AutoModelForCausalLM2024WithHeads' api_key_url='https://doi.org/10.1038/s41586'",
    "a model": "token = 'Qwen2.5-72B-Instruct-GPTQ-Int4' and secret = 'DistilBertTokenizerFast3ForQuestions'",
    "keys of a cache": f"cache-key-{any_of(HEX, 32)} data-key-{any_of(HEX, 32)} cache_key = '{any_of(HEX, 32)}'",
    "names of files": f"x/SK{any_of(HEX, 32)}.png glc_fcs30d_20002022maps_annual_v1.tif dose{any_of(HEX, 32)}.csv",
    "a peptide": "| AKIAMNPQRSTVWYACDEFG |",
    "a commit": f"wandb.login(); commit {any_of(HEX, 40)}",
    "anonymous": "ftp://anonymous:ada%40plots.net@ftp.plots.net https://foo:bar@httpbin.org/ redis://:foobared@redis",
    "a fingerprint": f"GPG_KEY={any_of(HEX, 40).upper()} PYTHON_SHA256={any_of(HEX, 64)}",
    "records": json.dumps({"token": any_of(HEX, 32), "sample_token": any_of(HEX, 32), "csrf_token": any_of(WORD, 40)}),
    "a download that is over": "https://a.s3.amazonaws.com/b?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=300"
    f"&X-Amz-Signature={any_of(HEX, 64)}",
    "a public download": "https://a.blob.core.windows.net/b?sv=2021-06-08&skoid=9c8ff44a-6a2c-4dfb-b298-1c9212f64d9a"
    f"&sig={any_of(WORD, 43)}%3D",
    "pip": f"pip install a --hash=sha256:{any_of(HEX, 64)} python@sha256:{any_of(HEX, 64)}",
    "tokens of a tokenizer": "AutoTokenizer.from_pretrained(name, pad_token=tokenizer.eos_token, token=True)",
    "a tutorial": "connect(user='scott', password='tiger') connect(password='Passw0rd!') curl -u user:pass123 x",
    "a database here": "host=localhost dbname=a password=aB3!aB3dxY",
    "basic": "Authorization: Basic dXNlcjpwYXNzd29yZA== and Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    "a public token": f"https://api.mapbox.com/a?access_token=pk.{any_of(WORD, 60)}.{any_of(WORD, 22)}",
    "a certificate": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t" + base64.b64encode(bytes(range(60))).decode(),
    "a getter": "password = getpass('Password: ') or os.environ.get('DATABASE_PASSWORD') or input('password: ')",
    "a storage emulator": "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/"
    "K1SZFPTOtr/KBHBeksoGMGw==",
    "a playground": "Minio('play.min.io', secret_key='zuf+tfteSlswRu7BJ86wekitnifILbZam1KYY3TG')",
    "every page of Twitter": "Bearer AAAAAAAAAAAAAAAAAAAAANRILgAAAAAAnNwIzUejRCOuH5E6I8xnZz4puTs%3D"
    "1Zv7ttfk8LF81IUq16cHjhLTvJu4FA33AGWWjCpTnA",
    "a picture of an issue": f"https://private-user-images.githubusercontent.com/1/2.png?jwt={JWT}",
    "a text in base64": base64.b64encode(b"The fox jumps over the lazy dog; password: hello").decode() + "\nLANG=C",
    "an identifier": json.dumps({"key": "30daac61-6b73-4bae-a7d9-9dca538794d5"}),
}  # fmt: skip


def find(*cells: dict[str, Any] | str, allowed: tuple[str, ...] = (), **metadata: Any) -> leaks.Leaks:
    return leaks.find(notebooks.parse(notebook(*cells, **metadata), "a.ipynb"), allowed)


def printed(text: str) -> dict[str, Any]:
    return cell("run()", "code", outputs=[{"output_type": "stream", "name": "stdout", "text": text}])


def shown(mime: str, data: object) -> dict[str, Any]:
    output = {"output_type": "display_data", "data": {mime: data}, "metadata": {}}
    return cell("show()", "code", outputs=[output])


def mark_in(problem: object) -> str:
    return str(problem).rpartition('add "')[2].partition('"')[0]


# Secrets


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_secret_is_found_wherever_it_is_and_never_said(name: str) -> None:
    kind, text = PLANTED[name]
    html = f"<pre>{text}</pre>"
    trace = {"output_type": "error", "ename": "E", "evalue": "", "traceback": ["\x1b[0;31mE\x1b[0m", f"\x1b[1m{text}"]}
    places = {
        "": cell(f"x = 1\n{text}\n", "code"),
        " in an output": printed(f"a line\n{text}\n"),
        " in its metadata": cell("", metadata={"note": text}),
    }
    for where, planted in places.items():
        problems = find("One", planted).failures
        assert [(each.cell, each.message) for each in problems] == [(2, f"holds {kind}{where}")]
        said = str(problems[0])
        assert not any(text[at : at + 9] in said for at in range(len(text) - 9) if text[at : at + 9].isalnum())
    for planted in (shown("text/html", html), shown("application/json", {"a": [1, {"b": text}]}), cell(text, "raw")):
        assert [each.message.split(" in ")[0] for each in find(planted).failures] == [f"holds {kind}"]
    assert len(find(cell("", "code", outputs=[trace])).failures) == 1
    assert [each.cell for each in find("One", note={"deep": [text]}).failures] == [None]


@pytest.mark.parametrize("name", INNOCENT)
def test_what_only_looks_like_a_secret_is_none(name: str) -> None:
    assert find(INNOCENT[name], cell(INNOCENT[name], "code"), printed(INNOCENT[name])) == leaks.Leaks()


@pytest.mark.parametrize(
    "text",
    [
        "password = 'kQ7!wbZ42x'", "Password: kQ7!wbZ42x\n", "s.login('ada@plots.net', 'kqwe rbzx mnop yuyt')",
        "requests.get(url, auth=('ada', 'kQ7!wbZ42x'))",
    ],
)  # fmt: skip
def test_what_no_form_tells_is_a_warning(text: str) -> None:
    found = find("One", printed(text))
    assert found.failures == ()
    assert [(each.cell, each.message) for each in found.warnings if each.kind == "leak"] == [
        (2, "may hold a password in an output")
    ]
    marks = tuple(mark_in(each) for each in found.warnings)
    assert find("One", printed(text), allowed=marks) == leaks.Leaks(allowed=tuple(sorted(marks)))


def test_a_form_that_nobody_documents_is_a_warning() -> None:
    found = find(f"RENDER = rnd_{any_of(HEX, 10)}kQ7wbZ42xNpRt9vLs3")
    assert (found.failures, [each.message for each in found.warnings]) == ((), ["may hold a Render key"])


CUT = {
    "an entity": TOKEN.replace("_", "&#95;"),
    "a named entity": TOKEN.replace("_", "&lowbar;"),
    "a hexadecimal entity": TOKEN.replace("_", "&#x5F;"),
    "a place to break": f"{TOKEN[:20]}<wbr>{TOKEN[20:]}",
    "spans": f"<span class='a'>{TOKEN[:4]}</span><span>{TOKEN[4:]}</span>",
    "a line break": f"<p>{TOKEN[:20]}<br/>{TOKEN[20:]}</p>",
    "a soft hyphen": f"{TOKEN[:20]}\u00ad{TOKEN[20:]}",
    "a soft hyphen as an entity": f"{TOKEN[:20]}&shy;{TOKEN[20:]}",
    "a space of no width": f"{TOKEN[:20]}\u200b{TOKEN[20:]}",
    "joiners": "\u200d".join(TOKEN),
    "colours": f"{TOKEN[:4]}\x1b[0m\x1b[38;5;208m{TOKEN[4:]}\x1b[K",
    "the end of a line": f"the token is {TOKEN[:20]}\n{TOKEN[20:]}\nand so on",
    "an end of a line of Windows": f"{TOKEN[:20]}\r\n{TOKEN[20:]}",
    "a backslash": TOKEN.replace("_", "\\_"),
}


@pytest.mark.parametrize("cut", CUT)
def test_a_token_that_is_cut_by_what_nobody_sees_is_found(cut: str) -> None:
    for planted in (CUT[cut], printed(CUT[cut]), shown("text/html", CUT[cut])):
        assert [each.message.split(" in ")[0] for each in find(planted).failures] == ["holds a GitHub token"]


@pytest.mark.parametrize("quote", ["&quot;", "&#34;", "&#x27;", "<b>&quot;</b>"])
@pytest.mark.parametrize("before", ["", "x" * 280, "<b>a</b>b " * 200, "word " * 200])
def test_an_argument_between_quotes_that_are_entities_is_found(quote: str, before: str) -> None:
    text = f"{before} connect(api_key={quote}{any_of(HEX, 40)}{quote}, name={quote}x{quote})"
    assert [each.message.split(" in ")[0] for each in find(shown("text/html", text)).failures] == ["holds an API key"]


@pytest.mark.parametrize("end", ["\\n", "\\r\\n", "\\t", "\\\\n"])
def test_a_token_behind_an_escaped_end_of_a_line_is_found(end: str) -> None:
    for planted in (printed(f"'a line{end}{TOKEN}{end}another'"), shown("application/json", {"a": f"b\n{TOKEN}"})):
        assert [each.message.split(" in ")[0] for each in find(planted).failures] == ["holds a GitHub token"]
    body = f"b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW{end}{any_of(WORD, 70)}"
    key = f"-----BEGIN OPENSSH PRIVATE KEY-----{end}{body}{end}-----END OPENSSH PRIVATE KEY-----"
    for each in (key, body, f"x{end}{body}"):
        assert [found.message for found in find(printed(each)).failures] == ["holds a private key in an output"]


@pytest.mark.parametrize(
    "text",
    [
        f"My token is glc_{base64.b64encode(any_of(WORD, 60).encode()).decode()}. Keep it.",
        f"https://plots.net/a?key={JWT}&b=c", f"https://plots.net/a?key=EAA{any_of(WORD, 160)}7aA",
        f"cohere.Client. The key is {any_of(WORD, 37)}7aA.",
        f"'url', 'jdbc:mysql://db.plots.net/a').option('password', '{any_of(WORD, 8)}!7aA')",
        f"GET /a?q=b&apikey={any_of(HEX, 32)}.",
    ],
)  # fmt: skip
def test_a_secret_is_found_in_a_sentence_in_an_address_and_as_an_option(text: str) -> None:
    assert [each.cell for each in find("One", text).failures] == [2]


def test_words_on_lines_of_their_own_are_no_token() -> None:
    assert find(printed("ghp_\n" + "\n".join(["word1"] * 30)), printed(f"SK\n{any_of(HEX, 32)}\n")) == leaks.Leaks()


def test_names_are_looked_into() -> None:
    data = {"application/json": 1, f"application/x-{TOKEN}": "x"}
    named = {
        "attachment": cell("x", attachments={f"{TOKEN}.png": {"image/png": ""}}),
        "type": cell("", "code", outputs=[{"output_type": "display_data", "data": data, "metadata": {}}]),
        "key": cell("x", metadata={TOKEN: 1}),
        "id": {**cell("x"), "id": TOKEN},
    }
    for name, planted in named.items():
        assert len(find("One", planted).failures) == 1, name


def test_what_a_file_says_before_it_says_it_again_is_looked_into() -> None:
    first, second = f"ghp_{any_of(WORD, 36)}", f"ghp_{any_of(WORD, 36)}"
    text = (
        f'{{"nbformat": 4, "nbformat_minor": 5, "metadata": {{"a": "{first}", "a": "b"}}, "cells": [{{'
        f' "cell_type": "raw", "metadata": {{}}, "source": ["{second[:9]}", "{second[9:]}"], "source": "x"}}]}}'
    )
    found = leaks.find(notebooks.parse(text.encode(), "a.ipynb"))
    assert [each.message for each in found.failures] == ["holds a GitHub token in its metadata"] * 2


def test_too_many_secrets_are_not_told_one_by_one() -> None:
    found = find(" ".join(f"ghp_{any_of(WORD, 36)}" for _ in range(300)))
    assert len(found.failures) == 201
    assert found.failures[-1].message == "holds more than 200 secrets"


def test_every_kind_has_a_case() -> None:
    assert {kind.name for kind in KINDS if not kind.is_guess} == {kind for kind, _ in PLANTED.values()}


def test_every_kind_has_marks_and_a_form_that_can_be_read() -> None:
    import re

    assert all(kind.marks and re.compile(kind.form) for kind in KINDS)


def test_cells_that_no_page_shows_are_looked_into_since_the_notebook_can_be_downloaded() -> None:
    hidden = cell(TOKEN, "code", metadata={"tags": ["remove-cell"]})
    assert [each.cell for each in find("One", hidden).failures] == [2]


def test_old_formats_are_looked_into() -> None:
    old = {"cell_type": "code", "input": [TOKEN[:10], TOKEN[10:]], "outputs": [], "language": "python", "metadata": {}}
    data = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [old], "metadata": {}}]}
    found = leaks.find(notebooks.parse(json.dumps(data).encode(), "a.ipynb"))
    assert [(each.cell, each.message) for each in found.failures] == [(1, "holds a GitHub token")]


def test_a_secret_that_is_there_twice_is_told_once_where_it_is_first() -> None:
    assert [each.cell for each in find("One", TOKEN, printed(TOKEN)).failures] == [2]


def test_an_allowance_silences_one_secret_and_no_other() -> None:
    other = f"ghp_{any_of(WORD, 36)}"
    first, second = find(TOKEN, other).failures
    found = find(TOKEN, other, allowed=(mark_in(first), "0" * 16))
    assert found.failures == (second,)
    assert found.allowed == (mark_in(first),)


def test_what_is_no_text_makes_no_trouble() -> None:
    odd = {"nbformat": 4, "nbformat_minor": 4, "metadata": [], "cells": [
        7, {"cell_type": "code", "source": 3, "outputs": [None, {"data": 3, "text": [1, TOKEN]}]},
        {"cell_type": "markdown", "source": ["a", 4], "attachments": {"x": 3, "y": {"image/png": [1]}}},
    ]}  # fmt: skip
    found = leaks.find(notebooks.parse(json.dumps(odd).encode(), "a.ipynb"))
    assert [each.cell for each in found.failures] == [2]


# Photographs


def photograph(kind: str, position: str) -> bytes:
    """Return a photograph that says where it was taken: in EXIF, in XMP, in neither, or only in part."""
    image, stream = Image.new("RGB", (60, 40), "navy"), io.BytesIO()
    more: dict[str, Any] = {}
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    if position == "EXIF":
        exif.get_ifd(0x8825).update({1: "N", 2: (47.0, 22.0, 0.0), 3: "E", 4: (8.0, 32.0, 0.0)})
    if position == "version":
        exif.get_ifd(0x8825).update({0: b"\2\3\0\0"})
    if position == "XMP":
        words = (
            '<x:xmpmeta xmlns:x="adobe:ns:meta/"><r exif:GPSLatitude="47,22N" exif:GPSLongitude="8,32E"/></x:xmpmeta>'
        )
        if kind == "PNG":
            more["pnginfo"] = PngInfo()
            more["pnginfo"].add_itxt("XML:com.adobe.xmp", words, zip=True)
        else:
            more["xmp"] = words.encode()
    image.save(stream, kind, exif=exif, **more)
    return stream.getvalue()


def as_text(data: bytes, mime: str) -> tuple[dict[str, Any], ...]:
    """Return cells that have an image as an output, in wrapped lines, attached, and in the text."""
    plain, lines = base64.b64encode(data).decode(), base64.encodebytes(data).decode()
    return (
        shown(mime, plain),
        shown(mime, lines),
        shown(mime, lines.splitlines(keepends=True)),
        cell("![](attachment:x)", attachments={"x": {mime: plain}}),
        cell(f"Look: ![](data:{mime};base64,{plain})"),
        shown("text/html", f'<img src="data:{mime};base64,{plain}">'),
    )


FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "AVIF": "image/avif"}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("position", ["EXIF", "XMP"])
def test_the_place_where_a_photograph_was_taken_is_found(kind: str, position: str) -> None:
    for each in as_text(photograph(kind, position), FORMATS[kind]):
        problems = find("One", each).failures
        assert [(each.cell, each.message.split(" in ")[0]) for each in problems] == [(2, f"holds {leaks.PLACE}")]
        assert find("One", each, allowed=(mark_in(problems[0]),)).failures == ()


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("position", ["", "version"])
def test_a_photograph_without_a_place_is_fine(kind: str, position: str) -> None:
    assert find(*as_text(photograph(kind, position), FORMATS[kind])) == leaks.Leaks()


def test_exif_that_imagemagick_wrote_in_digits_is_read() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (47.0, 22.0, 0.0), 3: "E", 4: (8.0, 32.0, 0.0)})
    written = exif.tobytes()
    info, stream = PngInfo(), io.BytesIO()
    info.add_text("Raw profile type exif", f"\nexif\n {len(written)}\n{written.hex()}\n", zip=True)
    Image.new("RGB", (60, 40)).save(stream, "PNG", pnginfo=info)
    assert len(find(as_text(stream.getvalue(), "image/png")[0]).failures) == 1


def test_the_words_of_an_image_are_looked_into() -> None:
    info, stream = PngInfo(), io.BytesIO()
    info.add_text("Comment", TOKEN)
    Image.new("RGB", (60, 40)).save(stream, "PNG", pnginfo=info)
    found = find(as_text(stream.getvalue(), "image/png")[0])
    assert [each.message for each in found.failures] == ["holds a GitHub token in the description of an image"]


def test_the_words_of_an_image_are_looked_into_wherever_it_is() -> None:
    stream, info = io.BytesIO(), PngInfo()
    info.add_itxt("Comment", TOKEN, zip=True)
    Image.new("RGB", (60, 40)).save(stream, "PNG", pnginfo=info)
    plain = {}
    for kind in ("PNG", "JPEG", "GIF", "WEBP"):
        image = io.BytesIO()
        more: dict[str, Any] = {"comment": TOKEN.encode()} if kind in ("JPEG", "GIF") else {}
        Image.new("RGB", (60, 40)).save(image, kind, **more)
        if more:
            plain[f"{kind} with a comment"] = (image.getvalue(), f"image/{kind.lower()}")
        else:
            plain[f"{kind} with more"] = (image.getvalue() + TOKEN.encode(), f"image/{kind.lower()}")
    images = {"PNG with a text": (stream.getvalue(), "image/png"), **plain}
    for name, (data, mime) in images.items():
        for each in as_text(data, mime):
            assert [found.message for found in find(each).failures] == [
                "holds a GitHub token in the description of an image"
            ], name


def test_comments_of_drawings_in_addresses_are_looked_into() -> None:
    drawing = f"<svg xmlns='http://www.w3.org/2000/svg'><!-- {TOKEN} --><rect width='9' height='9'/></svg>".encode()
    address = f"data:image/svg+xml;base64,{base64.b64encode(drawing).decode()}"
    for planted in (f"![]({address})", shown("text/html", f'<img src="{address}">')):
        assert [each.message.split(" in ")[0] for each in find(planted).failures] == ["holds a GitHub token"]


@pytest.mark.parametrize("size", [0, 3, 8, 20, 60, 100])
def test_an_image_that_is_cut_off_makes_no_trouble(size: int) -> None:
    for kind, mime in FORMATS.items():
        data = photograph(kind, "EXIF")[:size]
        assert find(shown(mime, base64.b64encode(data).decode()), shown(mime, "no base64 at all")).failures == ()


# People


@pytest.mark.parametrize(
    "text",
    ["File /home/grace/x.py", "\x1b[0;32m/Users/grace/x.py\x1b[0m", "'C:\\Users\\grace\\x'", r"'c:\\Users\\grace\\x'"],
)
def test_home_folders_in_outputs_are_told_once_with_the_first_cell(text: str) -> None:
    found = find("One", printed(text), printed(f"{text} again"))
    assert found.failures == ()
    assert [(each.cell, each.message) for each in found.warnings] == [
        (2, "shows the home folder of a person in its outputs")
    ]
    assert "grace" not in str(found.warnings[0])
    allowed = find("One", printed(text), allowed=(mark_in(found.warnings[0]),))
    assert allowed == leaks.Leaks(allowed=(mark_in(found.warnings[0]),))


@pytest.mark.parametrize(
    "text",
    [
        "/home/jovyan/x", "/Users/runner/x", "/root/x", "/home/conda/feedstock_root/x", "C:\\Users\\runneradmin\\x",
        "https://plots.net/home/grace/x", "href='/home/'", "~/home/grace/x", "/Users/",
    ],
)  # fmt: skip
def test_home_folders_of_nobody_are_not_told(text: str) -> None:
    assert find(printed(text)).warnings == ()


def test_addresses_in_outputs_are_counted() -> None:
    found = find("grace@plots.net", printed("ada@plots.net, grace.h@lab.plots.net\nada@plots.net"))
    assert [(each.cell, each.message) for each in found.warnings] == [(2, "shows 2 e-mail addresses in its outputs")]
    assert "plots" not in str(found.warnings[0])


@pytest.mark.parametrize(
    "text",
    [
        "noreply@plots.net", "ada@example.org", "x@users.noreply.github.com", "git@github.com:ada/x", "icon@2x.png",
        "pkg@v3.0.0", "@decorator.name", "/*! @license MIT, Ada <ada@plots.net> */", "a @ b.T",
    ],
)  # fmt: skip
def test_what_is_nobody_s_address_is_not_told(text: str) -> None:
    assert find(printed(text)).warnings == ()


# Whole publishes


def publish(root: Path, **more: object) -> Summary:
    return build.publish(config.load(root), Options(now=NOW, **more), QuietReporter(io.StringIO()))  # type: ignore[arg-type]


def allow(root: Path, *marks: str) -> None:
    (root / "pyproject.toml").write_text(f"[tool.publisher]\nallowed-leaks = {list(marks)}\n", "utf-8")


def everything(root: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes() for path in root.rglob("*") if path.is_file() and "notebooks" not in path.parts
    }


def test_a_notebook_that_leaks_keeps_its_last_good_page_and_nothing_of_the_secret_is_written(
    write_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    write_notebook("a.ipynb", "# One\n\nGood words.")
    assert publish(tmp_path).failures == ()
    page = (tmp_path / "public/a/index.html").read_bytes()
    write_notebook("a.ipynb", "# One\n\nOther words.", printed(TOKEN))
    summary = publish(tmp_path, explain=True)
    assert [(each.file, each.cell, each.message) for each in summary.failures] == [
        ("a.ipynb", 2, "holds a GitHub token in an output")
    ]
    assert (tmp_path / "public/a/index.html").read_bytes() == page
    assert not any(TOKEN[4:16].encode() in data for data in everything(tmp_path).values())
    assert TOKEN[4:12] not in repr(summary)


def test_a_leak_is_told_before_what_could_quote_it(write_notebook: Callable[..., Path], tmp_path: Path) -> None:
    write_notebook("a.ipynb", cell(f"---\ntitle: One\ndate: {TOKEN}\n---", "raw"))
    summary = publish(tmp_path)
    assert [each.message for each in summary.failures] == ["holds a GitHub token"]
    assert TOKEN not in repr(summary)


def test_an_allowed_leak_is_published_until_the_allowance_goes_and_needless_ones_are_told(
    write_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    write_notebook("a.ipynb", f"# One\n\n{TOKEN}")
    mark = mark_in(publish(tmp_path).failures[0])
    allow(tmp_path, mark, "0" * 16)
    for _ in range(3):  # the second finds nothing to do; the third makes other posts
        summary = publish(tmp_path)
        assert summary.failures == ()
        assert [each.message for each in summary.warnings] == [
            f'`allowed-leaks` has "{"0" * 16}", which nothing needs any more'
        ]
        write_notebook("b.ipynb", "# Two")
    allow(tmp_path)
    assert [each.file for each in publish(tmp_path).failures] == ["a.ipynb"]


def test_a_draft_needs_its_allowances_too(write_notebook: Callable[..., Path], tmp_path: Path) -> None:
    write_notebook("a.ipynb", cell("---\ntitle: One\ndraft: true\n---", "raw"), TOKEN)
    write_notebook("b.ipynb", "# Two")
    assert publish(tmp_path).failures == ()
    allow(tmp_path, mark_in(publish(tmp_path, drafts=True).failures[0]))
    assert publish(tmp_path).warnings == ()


def test_a_photograph_beside_the_notebook_may_be_shown_but_not_linked_to(
    write_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    file = write_notebook("a.ipynb", "# One\n\n![Lake](lake.jpg)").with_name("lake.jpg")
    file.write_bytes(photograph("JPEG", "EXIF"))
    assert publish(tmp_path).failures == ()
    assert not any(b"Exif" in data for name, data in everything(tmp_path / "public").items() if "/img/" in name)
    write_notebook("a.ipynb", "# One", "[Lake](lake.jpg)")
    failure = publish(tmp_path).failures[0]
    assert (failure.cell, failure.message) == (2, f"links to 'lake.jpg', which holds {leaks.PLACE}")
    allow(tmp_path, mark_in(failure))
    assert publish(tmp_path).failures == publish(tmp_path).warnings == ()


def test_settings_and_programs_that_come_along_are_looked_into(
    write_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    file = write_notebook("a.ipynb", "# One", "[Settings](run.toml)").with_name("run.toml")
    file.write_text(f'token = "{TOKEN}"', "utf-8")
    assert [(each.cell, each.message) for each in publish(tmp_path).failures] == [
        (2, "links to 'run.toml', which holds a GitHub token")
    ]


def test_a_static_photograph_that_says_where_it_was_taken_is_a_warning(
    write_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    write_notebook("a.ipynb", "# One")
    (tmp_path / "static").mkdir()
    (tmp_path / "static/lake.jpg").write_bytes(photograph("JPEG", "EXIF"))
    (tmp_path / "static/wall.jpg").write_bytes(photograph("JPEG", ""))
    warnings = publish(tmp_path).warnings
    assert [(each.file, each.message) for each in warnings] == [("static/lake.jpg", f"holds {leaks.PLACE}")]
    allow(tmp_path, mark_in(warnings[0]))
    assert publish(tmp_path).warnings == ()


def test_no_picture_of_a_page_keeps_the_place_that_is_allowed_in_the_notebook() -> None:
    found = notebooks.parse(notebook("# One", *as_text(photograph("JPEG", "EXIF"), "image/jpeg")), "a.ipynb")
    marks = tuple({mark_in(each) for each in leaks.find(found).failures})
    source = notebooks.Source("a.ipynb", notebook("# One", *as_text(photograph("JPEG", "EXIF"), "image/jpeg")))
    files: Mapping[str, beside.File | None] = {}
    fresh = posts.try_to_make(posts.Task(source, files), replace(MAKING, allowed=marks))
    assert isinstance(fresh, posts.Fresh)
    assert fresh.pixels
    assert not any(b"Exif" in data or b"GPS" in data for data in fresh.pixels.values())


@pytest.mark.corpus
def test_no_real_notebook_has_a_false_alarm(corpus: Path) -> None:
    failing: set[str] = set()
    warned: set[tuple[str, str]] = set()
    for path in sorted(corpus.rglob("*.ipynb")):
        name = path.relative_to(corpus).as_posix()
        try:
            found = leaks.find(notebooks.parse(path.read_bytes(), name))
        except notebooks.NotebookError:
            continue
        failing.update(name for _ in found.failures)
        warned.update((name, each.message) for each in found.warnings)
    assert failing == set()  # nobody's secret, and no photograph of a place, is in any of them
    assert {message for _, message in warned} == {"shows the home folder of a person in its outputs"}
    assert {name for name, _ in warned} == set(HOMES.split())


# Each shows a folder such as /Users/NAME/anaconda, of the person who ran it.
HOMES = """
blog/downey__risk.ipynb
blog/effective-pandas__modern_2_method_chaining.ipynb
blog/effective-pandas__modern_8_out_of_core.ipynb
blog/jakevdp__JupyterInstallation.ipynb
blog/jakevdp__ModelComplexityMyth.ipynb
blog/jakevdp__numba_vs_cython.ipynb
fastpages/fastpages__2020-09-01-fastcore.ipynb
fastpages/fastpages__2020-11-17-linkcheck.ipynb
fastpages/nbdev__2020-09-01-fastcore.ipynb
formats/jakevdp__memview_bench.ipynb
formats/jupytext__Notebook_with_more_R_magic_111.ipynb
myst/choldgraf__2015-08-30-craigslist_scrape.ipynb
myst/choldgraf__2015-10-29-nih_grant_analysis.ipynb
myst/choldgraf__makeitpop.ipynb
pelican/dlp__2018-04-12-MNIST_Trainer.ipynb
pelican/dlp__2018-04-13-MNIST_Analyzer.ipynb
pelican/dlp__pytorch-five-particle-example.ipynb
quarto/hawley__FlowWhereYouWant.ipynb
quarto/hawley__Transformers2-MusicBox.ipynb
quarto/quarto-cli__notebook.ipynb
rich/introduction-to-julia__9_-_Julia_is_fast.ipynb
rich/ipython-in-depth__Background_Jobs.ipynb
rich/ipython-in-depth__Beyond_Plain_Python.ipynb
rich/ipython-in-depth__JavaScript_Notebook_Extensions.ipynb
rich/ipython-in-depth__Rich_Output.ipynb
rich/notebooks-demos__2016-12-22-boston_light_swim.ipynb
rich/notebooks-demos__2017-03-21-ERDDAP_IOOS_Sensor_Map.ipynb
rich/notebooks-demos__2017-03-30-octave_notebook_example.ipynb
rich/notebooks-demos__2018-03-15-ssh-skillscore.ipynb
"""
