import type { VendorIo } from "../../../server/contracts/vendor-call.ts";
import type { Acts, CallRequest, Family } from "../../../server/families/family.ts";
import type { KillPoint, KillSwitch } from "../act/acting-family.ts";
import type { Marks } from "./marks.ts";

interface Scene {
  readonly marks: Marks;
  readonly kill: KillSwitch;
}

/** Longer than the latest late execution; vendors promise a quarter of an hour, which no run can wait for. */
const settleMs = 2_500;
/** A request is on its way by then, and few answers have come. */
const onItsWayMs = 3;

interface Prepares {
  prepare: (route: unknown, identity: { readonly operationId: string; readonly providerKey: string }) => unknown;
}

const prepares = (request: unknown): request is Prepares =>
  typeof request === "object" && request !== null && "prepare" in request && typeof request.prepare === "function";

/** Notes what each call makes, and dies after the hold was made where a ticket says so. */
const noting = (request: unknown, callKey: string | undefined, { marks, kill }: Scene): void => {
  if (callKey === undefined || !prepares(request)) return;
  const { prepare } = request;
  request.prepare = (route, identity) => {
    marks.set(identity.operationId, callKey);
    marks.set(identity.providerKey, callKey);
    kill("reserved", callKey);
    return prepare(route, identity);
  };
};

const dyingIo = (io: VendorIo, die: (point: KillPoint) => void): VendorIo => ({
  ...io,
  send: async (request) => {
    const sending = io.send(request);
    setTimeout(() => die("request"), onItsWayMs);
    const response = await sending;
    die("response");
    return response;
  },
  connect: async () => {
    const line = await io.connect();
    return {
      ...line,
      markSent: () => {
        line.markSent();
        setTimeout(() => die("request"), onItsWayMs);
      },
      markAnswered: () => {
        line.markAnswered();
        die("response");
      },
    };
  },
});

const dying = (acts: Acts, { marks, kill }: Scene): Acts => ({
  ...acts,
  rulesOf: (target) => ({ ...acts.rulesOf(target), settleMs }),
  send: async (target, bytes, io) => {
    const callKey = marks.callOf(io.operationId);
    const die = (point: KillPoint): void => kill(point, callKey);
    die("connect");
    const answered = await acts.send(target, bytes, dyingIo(io, die));
    die("commit");
    return answered;
  },
});

/** A family of the product whose process can be killed at each point of an act. */
export const breakable = <Q extends CallRequest>(family: Family<Q>, scene: Scene): Family<Q> => ({
  ...family,
  routes: async (ctx, request) => {
    noting(request, ctx.idempotencyKey, scene);
    return family.routes(ctx, request);
  },
  ...(family.acts && { acts: dying(family.acts, scene) }),
});
