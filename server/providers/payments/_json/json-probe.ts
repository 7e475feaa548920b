import type { CredentialProbe } from "../../../contracts/credential-probe.ts";
import type { JsonRecord } from "../../_wire/json.ts";
import { askJsonFor, type JsonWire } from "./ask-json.ts";
import type { KeptJsonRequest } from "./json-request.ts";
import { unreadableAnswer } from "./payment-verdicts.ts";

interface JsonProbe {
  readonly asks: string;
  readonly request: (credential: Readonly<Record<string, string>>) => KeptJsonRequest;
  /** The vendor's own answer, in the shape that it documents. */
  readonly isAnswer: (document: JsonRecord) => boolean;
}

/** Asks a vendor of payments something that moves no money. */
export const jsonProbe = (wire: JsonWire, { asks, request, isAnswer }: JsonProbe): CredentialProbe => ({
  asks,
  ask: async (io) => {
    if (!isAnswer(await askJsonFor(wire, request(io.credential), io)))
      throw unreadableAnswer("The answer is not the vendor's.");
    return { limited: false };
  },
});
