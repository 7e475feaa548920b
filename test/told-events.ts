import { EventVerificationError, type MailEvent } from "@topolo/nexus-client/events";
import { afterEach, beforeEach, vi } from "vitest";
import { ReportEventInput } from "../server/contracts/email/mail-event.ts";

/** The code of the error with which a webhook was refused; `taken` where it was not. */
export const webhookRefusal = (verifying: Promise<unknown>): Promise<string> =>
  verifying.then(
    () => "taken",
    (error: unknown) => (error instanceof EventVerificationError ? error.code : String(error)),
  );

/** As the API takes them: what a verifier gives is never refused. */
export const takenByTheApi = (events: readonly MailEvent[]): readonly MailEvent[] => {
  for (const event of events) ReportEventInput.parse(event);
  return events;
};

/** Which mail the events of a suite are about. */
export const toldEmailId = "019a2002-8f85-706b-b97e-0071d41bb937";

/** When they are told, in seconds. */
export const toldAt = 1_764_417_600;

/** The clock of each test of the suite stands at that time. */
export const stopClockAtTold = (): void => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: toldAt * 1_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
};
