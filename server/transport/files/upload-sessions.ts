import { randomBytes } from "node:crypto";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { UploadSession, type AnnouncedFile } from "./upload-session.ts";

/** After which an upload that nobody goes on with is none any more, and after which none is. */
interface SessionLimits {
  readonly idleMs: number;
  readonly totalMs: number;
}

const usual: SessionLimits = { idleMs: 60_000, totalMs: 900_000 };

interface Kept<Result> {
  readonly session: UploadSession;
  readonly endsAt: number;
  timer: NodeJS.Timeout | undefined;
  result: Result | undefined;
}

const isSameCaller = (one: CallContext, other: CallContext): boolean =>
  one.organizationId === other.organizationId &&
  one.appId === other.appId &&
  one.userId === other.userId &&
  one.keyId === other.keyId;

/**
 * Uploads under way in this process. Their ids cannot be guessed, and are told to nobody but who began them: whoever
 * names one goes on with it, as at Google, whose clients send no key with the pieces.
 */
export class UploadSessions<Result> {
  readonly #kept = new Map<string, Kept<Result>>();
  readonly #limits: SessionLimits;

  constructor(limits: SessionLimits = usual) {
    this.#limits = limits;
  }

  async begin(ctx: CallContext, announced: AnnouncedFile): Promise<string> {
    const session = await UploadSession.begin(ctx, announced);
    const id = randomBytes(32).toString("base64url");
    const kept = { session, endsAt: performance.now() + this.#limits.totalMs, timer: undefined, result: undefined };
    this.#kept.set(id, kept);
    this.#wait(id, kept);
    return id;
  }

  /** Who began it; undefined where there is none. */
  callerOf(id: string): CallContext | undefined {
    return this.#kept.get(id)?.session.ctx;
  }

  /** What is done at it by one request; nobody else's is found. */
  async at<T>(
    id: string,
    ctx: CallContext,
    work: (session: UploadSession, result: Result | undefined) => Promise<T>,
  ): Promise<T> {
    const kept = this.#kept.get(id);
    if (kept === undefined || !isSameCaller(kept.session.ctx, ctx))
      throw new NexusError("NOT_FOUND", {
        message: `There is no such upload: one that rests for ${this.#limits.idleMs / 1_000} seconds is given up. Begin it again.`,
      });
    return kept.session.exclusively(async () => {
      clearTimeout(kept.timer);
      try {
        return await work(kept.session, kept.result);
      } finally {
        if (this.#kept.has(id)) this.#wait(id, kept);
      }
    });
  }

  /** Keeps what became of it for who asks again; its bytes are not needed any more. */
  async finish(id: string, result: Result): Promise<void> {
    const kept = this.#kept.get(id);
    if (kept === undefined) return;
    kept.result = result;
    await kept.session.close();
  }

  async giveUp(id: string): Promise<void> {
    const kept = this.#kept.get(id);
    if (kept === undefined) return;
    this.#kept.delete(id);
    clearTimeout(kept.timer);
    await kept.session.close();
  }

  #wait(id: string, kept: Kept<Result>): void {
    const ms = Math.max(0, Math.min(this.#limits.idleMs, kept.endsAt - performance.now()));
    kept.timer = setTimeout(() => void this.giveUp(id), ms).unref();
  }
}
