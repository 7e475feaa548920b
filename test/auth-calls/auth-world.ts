import { startSandbox, type Sandbox } from "../../sandbox/start-sandbox.ts";
import { testSecrets } from "../../sandbox/turnstile/siteverify.ts";
import type { IdentitySettings } from "../../server/identity/index.ts";
import { startDnsServer, type DnsServer } from "../dns-server.ts";
import type { Called, TestAuth, TestUser } from "../auth-server.ts";

/** Somebody signed in, with what their requests carry. */
export interface SignedIn {
  readonly user: TestUser;
  readonly token: string;
  readonly cookie: string;
  readonly sessionId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A running Auth with the services that it asks itself, and people for a test's calls. */
export interface AuthWorld {
  readonly auth: TestAuth;
  readonly dns: DnsServer;
  /** Asks for something that has to be there before; whatever refuses it is an error. */
  readonly prepare: (...call: Parameters<TestAuth["call"]>) => Promise<Called["body"]>;
  readonly person: (member?: { readonly organizationId?: string; readonly role?: string }) => Promise<SignedIn>;
  /** The headers of a service that shows its secret. */
  readonly service: (serviceId: string) => Promise<Readonly<Record<string, string>>>;
  readonly close: () => Promise<void>;
}

/** What marks a request as a script's of Nexus. */
export const fromNexus = { "x-service-id": "srv_nexus", "x-topolo-auth": "1" };

const settingsOf = (sandbox: Sandbox, dns: DnsServer): Partial<IdentitySettings> => ({
  dnsServers: [dns.address],
  turnstile: {
    secretKey: testSecrets.passes,
    hostnames: ["localhost"],
    siteverifyUrl: `${sandbox.url}/turnstile/v0/siteverify`,
  },
});

/** Starts Auth by `start`, beside a DNS server and a robot check of the test's own. */
export const openAuthWorld = async (
  start: (settings: Partial<IdentitySettings>) => Promise<TestAuth>,
): Promise<AuthWorld> => {
  const [sandbox, dns] = await Promise.all([startSandbox(), startDnsServer()]);
  const auth = await start(settingsOf(sandbox, dns));
  return {
    auth,
    dns,
    prepare: async (...call) => {
      const { status, text, body } = await auth.call(...call);
      if (status >= 300) throw new Error(`${call[0]} ${call[1]} answered ${status} ${text}`);
      return body;
    },
    person: async (member = { role: "member" }) => {
      const user = await auth.addUser(member);
      const { token, cookie, sessionId } = await auth.login(user);
      return { user, token, cookie, sessionId, headers: { ...fromNexus, authorization: `Bearer ${token}` } };
    },
    service: async (serviceId) => {
      const secret = await auth.server.createServiceClientSecret(serviceId);
      return { authorization: `Basic ${Buffer.from(`${serviceId}:${secret}`).toString("base64")}` };
    },
    close: async () => {
      await auth.close();
      await Promise.all([sandbox.close(), dns.close()]);
    },
  };
};
