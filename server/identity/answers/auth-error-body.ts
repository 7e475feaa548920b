import { z } from "zod";
import { authErrorTable, type AuthErrorCode } from "../auth-error.ts";

const isCode = (name: string): name is AuthErrorCode => Object.hasOwn(authErrorTable, name);

/** Every code of a refusal, as the table has them. */
export const authErrorCodes: readonly AuthErrorCode[] = Object.keys(authErrorTable).filter(isCode);

/** The body of every refusal, of whatever status. */
export const AuthErrorBody = z.strictObject({
  error: z.strictObject({
    code: z.enum(authErrorCodes).describe("What was refused and why, for a program"),
    message: z.string().describe("The same for a person, in English"),
    issues: z
      .array(
        z.strictObject({
          field: z.string().describe("The field, with dots between the names"),
          expected: z.string().describe("What was expected there"),
        }),
      )
      .optional()
      .describe("What is wrong with the input, field by field"),
    limit: z.int().optional().describe("The number that would be exceeded"),
    reauthenticate: z
      .strictObject({
        endpoint: z.string().describe("Takes a password, a code or a passkey, and answers with a new token"),
        page: z.string().describe("For browsers; with `return_to` it leads back"),
        maxAgeSeconds: z.int().describe("How long a confirmed identity counts as recent"),
      })
      .optional()
      .describe("Where a person confirms the identity, for `reauthentication_required`"),
  }),
});
