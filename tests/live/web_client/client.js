// A client of one page on masto.js: sign in by code and PKCE, post, read, and listen.
import { createOAuthAPIClient, createRestAPIClient, createStreamingAPIClient } from "masto";

const SCOPES = "read write follow push";
const here = `${location.origin}/`;
const query = new URLSearchParams(location.search);
const element = (id) => document.getElementById(id);

addEventListener("unhandledrejection", ({ reason }) => {
  element("problem").textContent = `${reason?.message ?? reason}`;
});

const encode = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

async function leaveToSignIn(url) {
  const rest = createRestAPIClient({ url });
  const app = await rest.v1.apps.create({
    clientName: "A client",
    redirectUris: here,
    scopes: SCOPES,
  });
  const verifier = encode(crypto.getRandomValues(new Uint8Array(32)));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const { clientId, clientSecret } = app;
  localStorage.setItem("session", JSON.stringify({ url, clientId, clientSecret, verifier }));
  const asked = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: here,
    scope: SCOPES,
    code_challenge: encode(digest),
    code_challenge_method: "S256",
  });
  location.href = `${url}/oauth/authorize?${asked}`;
}

async function comeBack(code) {
  const { url, clientId, clientSecret, verifier } = JSON.parse(localStorage.getItem("session"));
  const { accessToken } = await createOAuthAPIClient({ url }).token.create({
    grantType: "authorization_code",
    clientId,
    clientSecret,
    redirectUri: here,
    code,
    codeVerifier: verifier,
  });
  const rest = createRestAPIClient({ url, accessToken });
  const instance = await rest.v2.instance.fetch();
  const streams = createStreamingAPIClient({
    streamingApiUrl: instance.configuration.urls.streaming,
    accessToken,
  });
  element("compose").addEventListener("submit", (event) => {
    event.preventDefault();
    void post(rest);
  });
  for (const status of (await rest.v1.timelines.home.list()).toReversed()) {
    show(status);
  }
  const listening = listen(streams);
  const me = await rest.v1.accounts.verifyCredentials();
  element("me").textContent = me.acct;
  await listening;
}

async function post(rest) {
  const [file] = element("picture").files;
  const mediaIds = [];
  if (file) {
    const media = await rest.v2.media.create({ file, description: "A picture" });
    mediaIds.push(media.id);
  }
  await rest.v1.statuses.create({ status: element("text").value, mediaIds });
}

async function listen(streams) {
  for await (const event of streams.user.subscribe()) {
    if (event.event === "update") {
      show(event.payload);
    }
  }
}

function show(status) {
  const item = document.createElement("li");
  item.dataset.id = status.id;
  item.innerHTML = status.content;
  for (const { previewUrl, description } of status.mediaAttachments) {
    const image = document.createElement("img");
    image.src = previewUrl;
    image.alt = description;
    item.append(image);
  }
  element("home").prepend(item);
}

if (query.has("server")) {
  await leaveToSignIn(query.get("server"));
} else if (query.has("code")) {
  await comeBack(query.get("code"));
}
