"use client";

import { useState } from "react";
import { useSettled } from "../../_data/use-settled.ts";
import { ChoiceList } from "../choice-list.tsx";
import type { OpenChoices } from "../choice-picker.tsx";
import { useAuditValues } from "./use-audit-values.ts";

const settleMs = 150;

interface AuditValueListProps extends OpenChoices {
  readonly of: "action" | "actor";
  readonly whose: string | undefined;
}

/** What can be done, or who did something lately, to be searched by name or id. */
export const AuditValueList = ({ of, whose, ...open }: AuditValueListProps) => {
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim(), settleMs);
  const { data, failure } = useAuditValues({ of, search, whose });
  return (
    <ChoiceList
      {...open}
      typed={typed}
      onType={setTyped}
      found={failure ? [] : data?.found}
      more={data?.more === true}
      empty={failure?.message ?? "Nothing is called that."}
    />
  );
};
