"use client";

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { useNexusClient } from "@topolo/nexus-client/react-query";
import { fieldAt, listAt, optionalText, textAt } from "../../_auth-api/read-answer.ts";
import { useAnswer, type LiveAnswer } from "../../_data/use-answer.ts";
import { useAskAuth } from "../../_data/use-auth-answer.ts";
import { useSession } from "../../_session/session-provider.tsx";
import type { Choosable } from "../choice-list.tsx";
import { authInWords } from "./auth-in-words.ts";

export interface AuditValues {
  readonly found: readonly Choosable[];
  readonly more: boolean;
}

interface AskedValues {
  readonly of: "action" | "actor";
  /** Undefined: nothing is looked for. */
  readonly search: string | undefined;
  readonly whose: string | undefined;
}

const shownValues = 40;
const staleMs = 60_000;

/** What the changes of both logs can be filtered by. */
export const useAuditValues = ({ of, search, whose }: AskedValues): LiveAnswer<AuditValues> => {
  const nexus = useNexusClient();
  const ask = useAskAuth();
  const { session } = useSession();
  const organizationId = session?.organization?.id ?? "";
  const isWide = whose === "platform";
  return useAnswer(
    queryOptions({
      queryKey: ["audit values", organizationId, of, search, isWide],
      enabled: search !== undefined,
      staleTime: staleMs,
      placeholderData: keepPreviousData,
      queryFn: async ({ signal }): Promise<AuditValues> => {
        const asked = { of, search: search ?? "", limit: shownValues };
        const query = new URLSearchParams({
          ...asked,
          limit: String(shownValues),
          ...(isWide ? {} : { organizationId }),
        });
        const [ours, auths] = await Promise.all([
          nexus.audit.values.query({ ...asked, whose: isWide ? "platform" : "organization" }, { signal }),
          authInWords(ask("GET", `/api/audit-events/values?${query}`)),
        ]);
        const all = [
          ...ours.values.map(({ value, name }) => ({ id: value, name: name ?? value })),
          ...listAt(auths, "values", (item) => {
            const id = textAt(item, "value");
            return { id, name: optionalText(item, "name") ?? id };
          }),
        ];
        // Who is known to Auth by a name may be known to Nexus by none.
        const byId = new Map<string, Choosable>();
        for (const item of all) if ((byId.get(item.id)?.name ?? item.id) === item.id) byId.set(item.id, item);
        const found = [...byId.values()];
        return {
          found: found.slice(0, shownValues),
          more: ours.more || fieldAt(auths, "more") === true || found.length > shownValues,
        };
      },
    }),
  );
};

/** What a value is called that a link has brought. */
export const useAuditName = (
  of: AskedValues["of"],
  id: string | undefined,
  whose: string | undefined,
): string | undefined =>
  useAuditValues({ of, search: id?.slice(0, 100), whose }).data?.found.find((item) => item.id === id)?.name;
