import { createHash, randomBytes } from "node:crypto";
import { Client } from "pg";
import type { RunningNexus } from "./nexus.ts";
import { databaseUrlOf } from "./set-budgets.ts";

const tokenIn = (session: unknown): string => {
  if (typeof session === "object" && session !== null && "accessToken" in session) {
    if (typeof session.accessToken === "string") return session.accessToken;
  }
  throw new Error(`no session: ${JSON.stringify(session)}`);
};

/** Opens a session of a person and returns its access token, as the dashboard has one. */
export const sessionOf = async (
  nexus: RunningNexus,
  { organizationId, userId }: { readonly organizationId: string; readonly userId: string },
): Promise<string> => {
  const secret = randomBytes(32).toString("base64url");
  const client = new Client({ connectionString: await databaseUrlOf(nexus.dataDir) });
  await client.connect();
  try {
    const id = `bench_${randomBytes(8).toString("hex")}`;
    await client.query(
      `insert into auth.sessions (id, user_id, active_organization_id, auth_time, amr, last_seen_at, idle_expires_at, absolute_expires_at)
         values ('ses_' || $1, $2, $3, now(), '{pwd}', now(), now() + interval '1 day', now() + interval '1 day')`,
      [id, userId, organizationId],
    );
    await client.query(
      `insert into auth.refresh_tokens (id, session_id, kind, token_hash, service_id, expires_at)
         values ('rft_' || $1, 'ses_' || $1, 'browser', $2, 'srv_nexus', now() + interval '1 day')`,
      [id, createHash("sha256").update(secret).digest()],
    );
  } finally {
    await client.end();
  }
  const answer = await fetch(`${nexus.authUrl}/refresh`, {
    method: "POST",
    headers: { cookie: `topolo_session=${secret}`, "x-topolo-auth": "1", "x-service-id": "srv_nexus" },
  });
  return tokenIn(await answer.json());
};
