import { fieldAt, flagAt, listAt, optionalText, textAt } from "../../../_auth-api/read-answer.ts";
import type { PageOf } from "../../paged-list.tsx";

/** Where somebody of the organization is signed in. */
export interface MemberSession {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly current: boolean;
  readonly mayEnd: boolean;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
  readonly amr: readonly string[];
}

const texts = (found: unknown): readonly string[] =>
  Array.isArray(found) ? found.filter((item: unknown): item is string => typeof item === "string") : [];

export const readMemberSessions = (body: unknown): PageOf<MemberSession> => ({
  items: listAt(body, "sessions", (session) => {
    const user = fieldAt(session, "user");
    const email = textAt(user, "email");
    return {
      id: textAt(session, "id"),
      userId: textAt(user, "id"),
      name: optionalText(user, "name") ?? email,
      email,
      current: flagAt(session, "current"),
      mayEnd: flagAt(session, "mayEnd"),
      createdAt: textAt(session, "createdAt"),
      lastSeenAt: textAt(session, "lastSeenAt"),
      ip: optionalText(session, "ip"),
      userAgent: optionalText(session, "userAgent"),
      amr: texts(fieldAt(session, "amr")),
    };
  }),
  nextAfter: optionalText(body, "nextAfter"),
});
