import type { CallActor } from "../server/contracts/call-context.ts";
import { NexusError } from "../server/errors.ts";
import { newPrefixedId } from "../server/platform/ids.ts";
import type { Authenticator, CallerIdentity } from "../server/transport/context.ts";
import { listProcedures } from "../server/transport/trpc/procedure-list.ts";
import type { Listener } from "../server/transport/listen.ts";
import { openTestGateway, type TestGateway } from "./gateway.ts";
import { openDoors } from "./open-doors.ts";

/** Who holds a credential; every permission there is, unless told otherwise. */
export interface Holder {
  readonly organizationId?: string;
  readonly permissions?: ReadonlySet<string>;
  readonly userId?: string;
  /** Until when the last sign-in counts as recent; for ever, unless told otherwise. */
  readonly recentUntil?: number;
}

/** All doors on one public port over the real gateway; Topolo Auth alone is replaced, by a table of credentials. */
export interface ListeningGateway extends TestGateway {
  readonly port: number;
  readonly url: string;
  /** The doors once more, on a port of their own: with closed circuits, as another process has them. */
  readonly listenAnew: () => Promise<Pick<Listener, "port" | "drain">>;
  /** From now on a credential is nobody's. */
  readonly withdraw: (credential: string) => void;
  readonly issue: (holder?: Holder) => {
    readonly credential: string;
    readonly organizationId: string;
    readonly userId: string;
  };
}

export const everyPermission = (): ReadonlySet<string> =>
  new Set(listProcedures().flatMap(({ permissions }) => permissions));

const tableOf = (principals: ReadonlyMap<string, CallerIdentity>): Authenticator => ({
  validate: ({ credential, proof }) => {
    const known = proof ? undefined : principals.get(credential);
    if (!known) throw new NexusError("UNAUTHENTICATED");
    return known;
  },
  serviceToken: () => {
    throw new NexusError("UNAUTHENTICATED");
  },
  requireMember: async () => {
    throw new NexusError("SCOPE_DENIED");
  },
  organization: (slug) => ({ slug, admission: { monthlyLimitNanos: undefined } }),
  isRegisteredApp: () => false,
});

/** The port is one on which nothing listens, where answers are to name the gateway's own address; any, where none is given. */
export const openListeningGateway = async ({
  port,
  silenceMs,
  ...options
}: Parameters<typeof openTestGateway>[0] & {
  readonly port?: number;
  readonly silenceMs?: number;
} = {}): Promise<ListeningGateway> => {
  const opened = await openTestGateway(options);
  const test = silenceMs === undefined ? opened : { ...opened, gateway: { ...opened.gateway, silenceMs } };
  const principals = new Map<string, CallerIdentity>();
  const auth = { authenticator: tableOf(principals), authUrl: "http://127.0.0.1:9" };
  const listener = await openDoors(test, port === undefined ? auth : { ...auth, port });
  return {
    ...test,
    listenAnew: () => openDoors({ ...test, gateway: test.fresh() }, auth),
    port: listener.port,
    url: `http://127.0.0.1:${listener.port}`,
    withdraw: (credential) => void principals.delete(credential),
    issue: ({
      organizationId = newPrefixedId("org"),
      permissions = everyPermission(),
      userId = newPrefixedId("usr"),
      recentUntil = Number.MAX_SAFE_INTEGER,
    } = {}) => {
      const credential = newPrefixedId("test");
      const actor: CallActor & { kind: "user" } = {
        kind: "user",
        userId,
        sessionId: newPrefixedId("ses"),
        role: "owner",
        platformBypass: false,
        recentUntil,
      };
      principals.set(credential, {
        actor,
        organization: {
          id: organizationId,
          slug: "acme",
          status: "active",
          admission: { monthlyLimitNanos: undefined },
        },
        serviceId: undefined,
        permissions,
      });
      return { credential, organizationId, userId };
    },
    close: async () => {
      await listener.drain(500);
      await test.close();
    },
  };
};
