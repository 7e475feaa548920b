import { randomUUID } from "node:crypto";
import type { AiVendorRealtime } from "../../contracts/ai-vendor-realtime.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { WireSocket } from "../../contracts/vendor-call.ts";
import { aiRouteOf, realtimeOf, realtimeSessionRequest, type AiRoute } from "../../families/ai/index.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { openVendorSession, type OpenSession } from "../../gateway/open-vendor-session.ts";

/** Of one event. */
const maxMessageBytes = 16 * 1024 * 1024;

/** A session at its vendor. */
export class VendorSession {
  readonly #opened: OpenSession<WireSocket>;
  readonly route: AiRoute;
  readonly vendor: AiVendorRealtime;
  /** How ids of events begin that are not their client's; it cannot guess them. */
  readonly #ownIds = `event_${randomUUID()}_`;
  #count = 0;

  private constructor(opened: OpenSession<WireSocket>) {
    this.#opened = opened;
    this.route = aiRouteOf(opened.route);
    this.vendor = realtimeOf(this.route.vendor);
  }

  static async open(gateway: Gateway, model: string, ctx: CallContext, lifetimeMs: number): Promise<VendorSession> {
    const limits = { lifetimeMs, maxMessageBytes };
    return new VendorSession(await openVendorSession(gateway, realtimeSessionRequest(model), ctx, limits));
  }

  listen(onText: (text: string) => void, onEnd: (failure: Error | undefined) => void): void {
    this.#opened.session.listen(onText, onEnd);
  }

  send(event: object): Promise<void> {
    return this.#opened.session.send(JSON.stringify(event));
  }

  /** For an event of the gateway's own. */
  eventId(): string {
    this.#count += 1;
    return this.#ownIds + this.#count.toString();
  }

  isOwn(eventId: unknown): eventId is string {
    return typeof eventId === "string" && eventId.startsWith(this.#ownIds);
  }

  /** The most that a response can be given. */
  get inputTokensMax(): number {
    return this.route.vendor.bounds.inputTokensMax(this.route.model) ?? 0;
  }

  get outputTokensMax(): number {
    return this.vendor.outputTokensMax(this.route.model);
  }

  close(): void {
    this.#opened.close();
  }
}
