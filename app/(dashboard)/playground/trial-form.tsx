"use client";

import type { ReactNode } from "react";
import type { UsableModel } from "../../_data/answers.ts";
import { firstModel, useUsableModels } from "../../_data/use-usable-models.ts";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { ModelPicker } from "../model-picker.tsx";
import Link from "next/link";

interface ForModelProps {
  /** What the model must be able to do. */
  readonly operation: string;
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
  /** The rest, once there is a model. */
  readonly children: (model: string, facts: UsableModel) => ReactNode;
}

/** A trial with a model: which one, and why there is none. */
export const ForModel = ({ operation, chosen, onChoose, children }: ForModelProps) => {
  const { data: models, failure, retry } = useUsableModels();
  if (failure) return <FailureNotice title="The models could not be loaded" failure={failure} onRetry={retry} />;
  if (!models)
    return (
      <output aria-label="Loading the models">
        <Skeleton className="h-96 rounded-xl" />
      </output>
    );
  const able = models.filter(({ operations }) => operations.includes(operation));
  const model = able.find(({ id }) => id === chosen) ?? firstModel(able, operation);
  if (model === undefined)
    return (
      <p className="rounded-xl bg-raised px-5 py-4 text-pretty">
        No model can do this yet: nobody&apos;s key pays for one.{" "}
        <Link href="/keys/vendors" className="font-medium text-accent hover:underline">
          Add a vendor key
        </Link>
      </p>
    );
  return (
    <>
      <div className="mb-6 max-w-xl">
        <p className="mb-1 text-sm font-medium text-muted">Model</p>
        <ModelPicker models={able} value={model.id} onChoose={onChoose} />
      </div>
      {children(model.id, model)}
    </>
  );
};

interface TrialProps {
  readonly form: ReactNode;
  readonly answer: ReactNode;
  readonly copied: ReactNode;
}

/** What is asked on the left, what came of it on the right, and the call to copy below. */
export const Trial = ({ form, answer, copied }: TrialProps) => (
  <div className="space-y-6">
    <div className="grid items-start gap-6 lg:grid-cols-2">
      <Card title="Request">{form}</Card>
      <Card title="Answer">{answer}</Card>
    </div>
    {copied}
  </div>
);
