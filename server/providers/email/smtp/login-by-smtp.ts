import type { ProbeAnswer } from "../../../contracts/credential-probe.ts";
import type { VendorIo } from "../../../contracts/vendor-call.ts";
import { transportFailure } from "../../_wire/transport-failure.ts";
import { smtpFailure } from "./smtp-failure.ts";

/** Begins a conversation and ends it before there is a mail. */
export const loginBySmtp = async (io: VendorIo): Promise<ProbeAnswer> => {
  const { SmtpConversation: Conversation } = await import("./smtp-conversation.ts");
  const line = await io.connect().catch((error: unknown) => {
    throw transportFailure(error) ?? error;
  });
  const conversation = new Conversation(line, "localhost");
  try {
    await conversation.begin(io.credential);
    return { limited: false };
  } catch (error) {
    throw smtpFailure(error, {
      phase: conversation.phase,
      late: line.remainingMs() <= 0,
      aborted: io.signal.aborted,
    });
  } finally {
    conversation.end();
  }
};
