import type { z } from "zod";
import type { AiVendor, ProviderIo } from "../../../contracts/ai-vendor.ts";
import type { Answered } from "../../../contracts/vendor-call.ts";
import type { AnswerRequest } from "../../family.ts";
import { aiAnswer, type AiRequest } from "../ai-request.ts";
import { cannot } from "../cannot.ts";
import { fromJsonBytes, toJsonBytes } from "./json-bytes.ts";

/** A request of the contract's own dialect. */
interface TypedRequest extends Pick<AiRequest, "operation" | "size" | "needs"> {
  readonly input: { readonly model: string };
}

interface TypedAnswer<A> extends Pick<AnswerRequest<A>, "unfit"> {
  /** Asks the vendor's function; undefined where the vendor has none. */
  readonly ask: (vendor: AiVendor, io: ProviderIo) => Promise<Answered<A>> | undefined;
  /** What is stored of an answer, and given again for the same idempotency key. */
  readonly stored: z.ZodType<A>;
}

/** A request with one whole answer as the contract describes both, for the call path. */
export const typedAnswer = <A>(
  request: TypedRequest,
  { ask, stored, unfit }: TypedAnswer<A>,
): AiRequest & AnswerRequest<A> =>
  aiAnswer(
    { ...request, requestedModel: request.input.model, dialect: "typed" },
    {
      run: async (vendor, io) => {
        const asked = ask(vendor, io);
        if (asked === undefined) throw cannot(request.operation.id);
        return asked;
      },
      encode: toJsonBytes,
      decode: (bytes) => stored.parse(fromJsonBytes(bytes)),
      ...(unfit === undefined ? {} : { unfit }),
    },
  );
