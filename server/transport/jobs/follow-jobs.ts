import type { CredentialTier } from "../../contracts/units.ts";
import type { VendorIo } from "../../contracts/vendor-call.ts";
import type { CredentialRef } from "../../domain/credentials/index.ts";
import { attempt } from "../../gateway/attempt.ts";
import type { Gateway } from "../../gateway/gateway.ts";

/** Something that a vendor works on, as its row has it. */
export interface FollowedJob {
  readonly operationId: string;
  readonly organizationId: string;
  readonly vendor: string;
  readonly model: string;
  readonly credentialId: string;
  readonly credentialTier: CredentialTier;
  readonly createdAt: Date;
}

interface JobFollowing<J extends FollowedJob> {
  readonly gateway: Gateway;
  /** Such as `a batch`, for the log. */
  readonly noun: string;
  readonly claim: () => Promise<readonly J[]>;
  /** Keeps it for this process for another while; asked again and again while it is followed. */
  readonly keep: (job: J) => Promise<void>;
  readonly leaseMs: number;
  /** Asks its vendor, and charges what has ended. */
  readonly follow: (job: J, credential: CredentialRef) => Promise<void>;
  /** Its vendor could not be asked: asks again later. */
  readonly postpone: (job: J, ageMs: number) => Promise<void>;
  /** After so long nobody will say any more what it used. */
  readonly lostMs: number;
  readonly giveUp: (job: J) => Promise<void>;
}

const ageOf = ({ clock }: Gateway, { createdAt }: FollowedJob): number => clock.now() - createdAt.getTime();

/** Asks the vendor of a job something that is free, with the credential that it was begun with. */
export const askAboutJob = async <T>(
  gateway: Gateway,
  job: FollowedJob,
  credential: CredentialRef,
  {
    deadlineMs,
    mostAnswerBytes,
    run,
  }: {
    readonly deadlineMs: number;
    readonly mostAnswerBytes?: number;
    readonly run: (io: VendorIo) => Promise<T>;
  },
): Promise<T> => {
  const { vendor, model, credentialTier, credentialId, operationId } = job;
  const tried = await attempt(gateway, {
    route: { target: { vendor, model, credentialTier, credentialId }, credential },
    operationId,
    deadlineMs,
    caller: new AbortController().signal,
    streamed: true,
    maxAnswerBytes: mostAnswerBytes,
    run,
  });
  if (tried.kind === "answered") return tried.value;
  throw new Error(`${vendor} could not be asked: ${tried.failure.message}`);
};

/**
 * Asks vendors after the jobs that are due, each leased to one process, and has charged those that have ended. Says how many
 * were asked after.
 */
export const followJobs = async <J extends FollowedJob>(following: JobFollowing<J>): Promise<number> => {
  const { gateway, noun, claim, keep, leaseMs, follow, postpone, lostMs, giveUp } = following;
  const due = await claim();
  await Promise.all(
    due.map(async (job) => {
      const { operationId, vendor } = job;
      const over = gateway.underWay.begin();
      const renewal = setInterval(() => {
        keep(job).catch((error: unknown) =>
          gateway.log.warn({ err: error, operationId }, `the lease of ${noun} was not renewed`),
        );
      }, leaseMs / 3);
      try {
        const credential = gateway.credentialOf(job.organizationId, vendor, job.credentialId);
        if (credential === undefined) throw new Error("the credential that it was started with is no longer there");
        await follow(job, credential);
      } catch (error) {
        gateway.log.warn({ err: error, operationId, vendor }, `${noun} could not be asked after; trying again`);
        const ageMs = ageOf(gateway, job);
        if (ageMs > lostMs) await giveUp(job);
        else await postpone(job, ageMs);
      } finally {
        clearInterval(renewal);
        over();
      }
    }),
  );
  return due.length;
};
