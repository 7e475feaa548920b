"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useAnswer } from "../../_data/use-answer.ts";

const everyMs = 60_000;

/** Charges that Stripe's meters do not have, where a person has to decide. */
export const MeterNotice = () => {
  const { data } = useAnswer(useNexus().billing.export.queryOptions({ limit: 1 }, { refetchInterval: everyMs }));
  const stuck = (data?.refused ?? 0) + (data?.unclear ?? 0);
  if (stuck === 0) return null;
  return (
    <output className="mb-6 block rounded-lg bg-warn-soft px-4 py-3 text-warn">
      Stripe's meters do not have {stuck === 1 ? "one charge" : `${stuck} charges`}: <code>nexus meters list</code> says
      why.
    </output>
  );
};
