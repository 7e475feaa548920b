import type { AiVendorFiles } from "../../../contracts/ai-vendor-files.ts";
import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import { vendorFiles } from "../../_wire/vendor-files.ts";
import { chatErrors } from "../_openai-chat/chat-errors.ts";

type Headers = (io: Pick<ProviderIo, "credential">) => Readonly<Record<string, string>>;

/** https://platform.openai.com/docs/api-reference/files: sizes, purposes and lifetimes. */
export const filesWith = (headers: Headers): AiVendorFiles =>
  vendorFiles({
    mostBytes: 512 * 1024 * 1024,
    purposes: ["user_data", "assistants", "vision", "batch", "fine-tune", "evals"],
    lifetime: { leastSeconds: 3_600, mostSeconds: 2_592_000 },
    headers,
    errors: chatErrors,
    fields: ({ purpose, expiresAfterSeconds }) => ({
      purpose,
      ...(expiresAfterSeconds === undefined
        ? {}
        : {
            "expires_after[anchor]": "created_at",
            "expires_after[seconds]": expiresAfterSeconds.toString(),
          }),
    }),
    read: ({ id, expires_at: expiresAt }) =>
      typeof id === "string" && id !== ""
        ? { vendorFileId: id, expiresAt: typeof expiresAt === "number" ? expiresAt : undefined }
        : undefined,
  });
