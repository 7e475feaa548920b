import { createServer } from "node:http";
import { createAuthMiddleware, followRevocations } from "@topolo/auth-middleware";

// A backend that answers whoever it knows, or, without the address of Auth, anybody: auth-backend.ts <port> [authUrl].
// The first is what a Topolo app looks like; the second is what plain Node can do. With BENCH_CLIENT_SECRET it follows
// Auth's revocations and reuses a validation for as long as Nexus does, without it for five seconds.

const [port, authUrl] = process.argv.slice(2);
const clientSecret = process.env["BENCH_CLIENT_SECRET"];
const answer = JSON.stringify({
  ok: true,
  items: Array.from({ length: 20 }, (_, index) => ({ id: index, done: false })),
});

const openAuth = (url: string) => {
  const options = { authUrl: url, serviceId: "srv_nexus" };
  if (clientSecret === undefined) return createAuthMiddleware({ ...options, cacheMs: 5_000 });
  const revocations = followRevocations({ ...options, clientSecret });
  return createAuthMiddleware({ ...options, clientSecret, cacheMs: 30_000, revocations });
};
const auth = authUrl === undefined ? undefined : openAuth(authUrl);

const mayPass = async (authorization: string | undefined): Promise<boolean> => {
  if (!auth) return true;
  const credential = authorization?.replace(/^Bearer /, "") ?? "";
  const principal = auth.cached(credential) ?? (await auth.validate(credential));
  return principal.user !== null;
};

const server = createServer((request, response) => {
  mayPass(request.headers.authorization).then(
    (may) => response.writeHead(may ? 200 : 401, { "content-type": "application/json" }).end(answer),
    () => response.writeHead(503).end(),
  );
});
server.listen(Number(port), "127.0.0.1");
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
