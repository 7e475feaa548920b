import { formText } from "../../../../_forms/use-submit.ts";
import type { SecondFactors } from "./account.ts";

export type CodeWay = "totp" | "recovery_code";
export type Way = "password" | CodeWay;

const names: Readonly<Record<Way, string>> = {
  password: "Password",
  totp: "Authenticator app",
  recovery_code: "Recovery code",
};

export const nameOfWay = (way: Way): string => names[way];

/** Codes that the account knows; both kinds as long as that is not known. */
export const codeWays = (factors: SecondFactors | undefined): readonly CodeWay[] => {
  if (!factors) return ["totp", "recovery_code"];
  return [
    ...(factors.totpConfirmedAt === undefined ? [] : (["totp"] as const)),
    ...(factors.recoveryCodesLeft > 0 ? (["recovery_code"] as const) : []),
  ];
};

/** What the form shows: the password, a code, or both. What was left empty is not sent. */
export const proofIn = (form: FormData, method: CodeWay | undefined) => {
  const password = formText(form, "password");
  const code = formText(form, "code").trim();
  return {
    ...(password === "" ? {} : { password }),
    ...(method === undefined || code === "" ? {} : { method, code }),
  };
};
