"use client";

import { keepPreviousData, skipToken } from "@tanstack/react-query";
import { outranks } from "@topolo/auth-client";
import { useNexus } from "@topolo/nexus-client/react-query";
import type { OperationAnswer } from "../_data/answers.ts";
import { lastHours } from "../_data/periods.ts";
import { useAnswer, type LiveAnswer } from "../_data/use-answer.ts";
import { useAskAgain } from "../_data/use-ask-again.ts";
import { useMinute } from "../_data/use-minute.ts";
import { useSession } from "../_session/session-provider.tsx";
import { useTimeZone } from "../_ui/use-time-zone.ts";
import { periodOf, type UsageChoice } from "./usage/usage-question.ts";
import { useFirstSteps } from "./use-first-steps.ts";

const callsEveryMs = 4_000;
const sumsEveryMs = 15_000;
const attentionEveryMs = 30_000;
const shownCalls = 12;
const shownModels = 5;

/** Auth's own mail is no call of anybody's. */
const isAuths = ({ appId }: OperationAnswer): boolean => appId === "srv_auth";

const isAnswered = ({ data, failure }: LiveAnswer<unknown>): boolean => data !== undefined || failure !== undefined;

/** What Home shows. Its questions travel together, so that they are answered together. */
export const useHome = (choice: UsageChoice) => {
  const nexus = useNexus();
  const now = useMinute();
  const [zone] = useTimeZone();
  const { session } = useSession();
  const calls = useAnswer(nexus.operations.list.queryOptions({ limit: shownCalls }, { refetchInterval: callsEveryMs }));
  // A new call at the top is a reason to sum up again at once.
  const newest = calls.data && `${calls.data.operations[0]?.operationId} ${calls.data.operations[0]?.state}`;
  useAskAgain(newest, nexus.usage.pathFilter());
  const often = { refetchInterval: sumsEveryMs };
  const asked = { ...periodOf(choice, now, zone), timeZone: zone };
  const sums = useAnswer(
    nexus.usage.explore.queryOptions(
      { ...asked, groupBy: ["family"], limit: 3, compare: true },
      { ...often, placeholderData: keepPreviousData },
    ),
  );
  const models = useAnswer(
    nexus.usage.explore.queryOptions(
      { ...asked, groupBy: ["model"], limit: shownModels },
      { ...often, placeholderData: keepPreviousData },
    ),
  );
  const hoursPeriod = lastHours(24, now);
  const hours = useAnswer(nexus.usage.summary.queryOptions({ ...hoursPeriod, step: "hour" }, often));
  // It saves a refusal; the gateway decides.
  const seesBudgets = session?.role !== undefined && outranks(session.role, "guest");
  const budgets = useAnswer(nexus.usage.budgets.list.queryOptions(seesBudgets ? {} : skipToken, often));
  const attention = useAnswer(nexus.usage.attention.queryOptions({}, { refetchInterval: attentionEveryMs }));
  const hasCalled =
    calls.data &&
    models.data &&
    (calls.data.operations.some((call) => !isAuths(call)) ||
      models.data.groups.some(({ by: [model] }) => model?.value !== null && model?.value !== undefined));
  const firstSteps = useFirstSteps({
    hasCalled,
    hasBudget: budgets.data?.budgets.some(({ imposed }) => !imposed),
    asked: isAnswered(calls) && isAnswered(models) && (!seesBudgets || isAnswered(budgets)),
  });
  return {
    calls,
    sums,
    models,
    hours,
    hoursPeriod,
    budgets: seesBudgets ? budgets : undefined,
    attention,
    firstSteps,
    /** Whether what stands at the top has been asked for, with an answer or without. */
    isTopAnswered: firstSteps.shown !== undefined && isAnswered(attention) && isAnswered(sums),
  };
};

export type HomeAnswers = ReturnType<typeof useHome>;
