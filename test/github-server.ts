import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface GithubUser {
  readonly id: number;
  readonly login: string;
  readonly emails: readonly { readonly email: string; readonly primary: boolean; readonly verified: boolean }[];
}

/** What the server does instead of answering as it should. */
export type GithubFault = "hang" | "html" | "error" | "empty" | "reset" | undefined;

/** GitHub's sign-in and the two API routes it needs, on loopback. */
export interface GithubServer {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Signs the person in and answers where the browser is sent back to. */
  readonly authorize: (url: string, user: GithubUser) => URL;
  readonly fail: (fault: GithubFault) => void;
  readonly close: () => Promise<void>;
}

const clientId = "topolo";
const clientSecret = "a secret of this suite alone";

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};

const misbehave = (
  fault: Exclude<GithubFault, undefined>,
  request: IncomingMessage,
  response: ServerResponse,
): void => {
  if (fault === "hang") return;
  if (fault === "reset") request.socket.destroy();
  else if (fault === "html") response.writeHead(200, { "content-type": "text/html" }).end("<h1>Maintenance</h1>");
  else if (fault === "empty") json(response, 200, {});
  else json(response, 500, { message: "internal" });
};

export const startGithubServer = async (): Promise<GithubServer> => {
  const codes = new Map<string, { readonly user: GithubUser; readonly challenge: string }>();
  const tokens = new Map<string, GithubUser>();
  let fault: GithubFault;

  const exchange = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const form = new URLSearchParams(body);
    const found = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const isClient = form.get("client_id") === clientId && form.get("client_secret") === clientSecret;
    // GitHub answers 200 to a wrong code.
    if (!found || !isClient || challenge !== found.challenge)
      return json(response, 200, { error: "bad_verification_code" });
    const token = randomUUID();
    tokens.set(token, found.user);
    json(response, 200, { access_token: token, token_type: "bearer", scope: "read:user,user:email" });
  };

  const server = createServer((request, response) => {
    if (fault !== undefined) return misbehave(fault, request, response);
    const path = request.url?.split("?", 1)[0];
    if (path === "/login/oauth/access_token") return void exchange(request, response);
    const user = tokens.get(request.headers.authorization?.replace(/^bearer /i, "") ?? "");
    if (!user) return json(response, 401, { message: "Bad credentials" });
    if (path === "/api/v3/user") return json(response, 200, { id: user.id, login: user.login, name: null });
    if (path === "/api/v3/user/emails") return json(response, 200, user.emails);
    json(response, 404, {});
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    clientId,
    clientSecret,
    authorize: (url, user) => {
      const asked = new URL(url).searchParams;
      const code = randomUUID();
      codes.set(code, { user, challenge: asked.get("code_challenge") ?? "" });
      const back = new URL(asked.get("redirect_uri") ?? "");
      back.search = new URLSearchParams({ code, state: asked.get("state") ?? "" }).toString();
      return back;
    },
    fail: (next) => {
      fault = next;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};
