"use client";

import { ArrowRight, Circle, CircleCheck } from "lucide-react";
import Link from "next/link";
import { lazy, Suspense } from "react";
import { Button } from "../_ui/button.tsx";
import { Card } from "../_ui/card.tsx";
import { Skeleton } from "../_ui/skeleton.tsx";
import type { StepFacts, StepName } from "./first-steps.ts";

const FirstCallSamples = lazy(() =>
  import("./first-call-samples.tsx").then((module) => ({ default: module.FirstCallSamples })),
);

interface StepWords {
  readonly todo: string;
  readonly done: string;
  readonly detail: string;
  readonly way: { readonly label: string; readonly href: string };
}

const words: Readonly<Record<StepName, StepWords>> = {
  call: {
    todo: "Make the first call",
    done: "The first call is made",
    detail: "It is among the calls, with its cost, price by price.",
    way: { label: "Look at calls", href: "/calls" },
  },
  key: {
    todo: "Store a vendor key of your own",
    done: "A vendor key of your own is stored",
    detail: "Calls to its vendor are then paid for by your account. It is write-only: nobody reads it again.",
    way: { label: "Vendor keys", href: "/keys/vendors" },
  },
  budget: {
    todo: "Set a budget",
    done: "A budget is set",
    detail: "A hard one refuses what does not fit, before the vendor is asked.",
    way: { label: "Budgets", href: "/budgets" },
  },
  app: {
    todo: "Let an app call under its own name",
    done: "An app calls under its own name",
    detail: "Register it and give it a service token: its usage is then its own, and can have a budget.",
    way: { label: "Apps", href: "/apps" },
  },
};

interface FirstStepsCardProps {
  readonly steps: readonly StepName[];
  readonly facts: StepFacts;
  readonly onHide: () => void;
}

/** The first steps; each ticks itself off once what it is about is there. */
export const FirstStepsCard = ({ steps, facts, onHide }: FirstStepsCardProps) => {
  const done = steps.filter((step) => facts[step] === true).length;
  const next = steps.find((step) => facts[step] !== true);
  return (
    <Card
      title="First steps"
      aside={
        <span className="flex items-center gap-3 text-sm text-muted">
          <span aria-live="polite">
            {done} of {steps.length} done
          </span>
          <Button look="quiet" onClick={onHide}>
            Hide
            <span className="sr-only"> the first steps; the help menu shows them again</span>
          </Button>
        </span>
      }
    >
      <ol className="divide-y divide-line">
        {steps.map((step) => {
          const { todo, done: wasDone, detail, way } = words[step];
          const isDone = facts[step] === true;
          return (
            <li key={step} className="py-3">
              <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
                {isDone ? (
                  <CircleCheck className="mt-0.5 size-5 shrink-0 text-good" />
                ) : (
                  <Circle className="mt-0.5 size-5 shrink-0 text-muted" />
                )}
                <div className="min-w-0 grow basis-60">
                  <h3 className="font-medium">
                    {isDone ? wasDone : todo}
                    <span className="sr-only">{isDone ? ", done" : ", to do"}</span>
                  </h3>
                  <p className="text-sm text-pretty text-muted">{detail}</p>
                </div>
                <Link
                  href={way.href}
                  className="ml-9 flex min-h-9 shrink-0 items-center gap-1.5 rounded font-medium text-accent hover:underline sm:ml-0"
                >
                  {way.label}
                  <ArrowRight className="size-4" />
                </Link>
              </div>
              {step === "call" && next === "call" && (
                <div className="mt-3 sm:pl-9">
                  <Suspense fallback={<Skeleton className="h-52" />}>
                    <FirstCallSamples />
                  </Suspense>
                </div>
              )}
            </li>
          );
        })}
      </ol>
    </Card>
  );
};
