import { askAuth } from "./ask-auth.ts";
import { fieldAt, flagAt, listAt, optionalText } from "./read-answer.ts";

/** With what the person can show again who they are. */
export interface OwnProofs {
  readonly password: boolean;
  readonly passkey: boolean;
  readonly authenticator: boolean;
  readonly recoveryCodes: boolean;
}

export const fetchOwnProofs = async (): Promise<OwnProofs> => {
  const { body } = await askAuth("GET", "/api/me/ways-in");
  return {
    password: flagAt(body, "password"),
    passkey: listAt(body, "passkeys", String).length > 0,
    authenticator: optionalText(fieldAt(body, "authenticator"), "confirmedAt") !== undefined,
    recoveryCodes: Number(fieldAt(body, "recoveryCodesLeft") ?? 0) > 0,
  };
};
