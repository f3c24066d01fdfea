// npm oidc-provider, unchanged, with a page to sign in on. Reads one JSON object on its standard input; says "ready" when it serves.
import http from "node:http";

const told = JSON.parse(await new Promise((done) => {
  let all = "";
  process.stdin.on("data", (part) => (all += part)).on("end", () => done(all));
}));
const { default: Provider } = await import(told.package);
const people = told.people;

const provider = new Provider(told.issuer, {
  clients: told.clients,
  jwks: told.jwks,
  cookies: { keys: [told.cookieKey] },
  conformIdTokenClaims: told.addressInUserinfo,
  acrValues: ["AAL1", "AAL2"],
  claims: { openid: ["sub", "acr"], email: ["email", "email_verified"], profile: ["name"] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id].claims }) },
  loadExistingGrant: async (context) => {
    const { client, session, provider } = context.oidc;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid email profile");
    await grant.save();
    return grant;
  },
  ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
});

const page = (body) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Elsewhere</title><h1>Sign in elsewhere</h1>${body}`;

async function interaction(request, response) {
  const { uid } = await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    response.setHeader("Content-Type", "text/html");
    response.end(page(`<form method="post" action="/interaction/${uid}"><label>Name <input name="login"></label>
      <button name="do" value="enter">Enter</button><button name="do" value="cancel">Cancel</button></form>`));
    return;
  }
  let sent = "";
  for await (const part of request) sent += part;
  const form = new URLSearchParams(sent);
  const who = form.get("login");
  const result = form.get("do") === "cancel" || !people[who]
    ? { error: "access_denied", error_description: "cancelled" }
    : { login: { accountId: who, acr: people[who].acr, amr: ["pwd"], remember: false } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const ours = provider.callback();
http
  .createServer((request, response) => {
    const answer = request.url.startsWith("/interaction/") ? interaction : ours;
    Promise.resolve(answer(request, response)).catch(() => response.writeHead(500).end());
  })
  .listen(told.port, "127.0.0.1", () => console.log("ready"));
