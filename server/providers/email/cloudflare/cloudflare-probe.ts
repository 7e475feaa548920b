import type { CredentialProbe } from "../../../contracts/credential-probe.ts";
import { ProviderError } from "../../../contracts/vendor-call.ts";
import { recordAt, wordAt } from "../../_wire/json.ts";
import { mailProbe } from "../_http/mail-probe.ts";
import { cloudflareRefusal } from "./cloudflare-answers.ts";

export const authorizeCloudflare = ({ apiKey = "" }: Readonly<Record<string, string>>) => ({
  authorization: `Bearer ${apiKey}`,
});

const asks = "verifies the token";

const verifyAt = (path: string, values?: (credential: Readonly<Record<string, string>>) => Record<string, string>) =>
  mailProbe({
    name: "Cloudflare",
    asks,
    path,
    ...(values === undefined ? {} : { values }),
    authorize: authorizeCloudflare,
    refusal: cloudflareRefusal,
    isAnswer: ({ status, document }) => status === 200 && wordAt(recordAt(document, "result"), "status") === "active",
    // Disabled and expired tokens are known, and do nothing.
    isUnfit: ({ status, document }) =>
      status === 200 && ["disabled", "expired"].includes(wordAt(recordAt(document, "result"), "status") ?? ""),
  });

// https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/verify/
const ofUser = verifyAt("/user/tokens/verify");
// https://developers.cloudflare.com/api/resources/accounts/subresources/tokens/methods/verify/
const ofAccount = verifyAt("/accounts/{account}/tokens/verify", ({ accountId = "" }) => ({ account: accountId }));

const isUnknownToken = (error: unknown): boolean =>
  error instanceof ProviderError && error.failure.kind === "refused" && error.failure.status !== 429;

/** Tokens are of a person or of an account, and each kind is verified at an address of its own. */
export const cloudflareProbe: CredentialProbe = {
  asks,
  ask: async (io) => {
    try {
      return await ofUser.ask(io);
    } catch (error) {
      if (!isUnknownToken(error)) throw error;
      return ofAccount.ask(io);
    }
  },
};
