"use client";

import { AppStatements } from "./app-statements.tsx";
import { ExportUsage } from "./export-usage.tsx";
import type { UsageQuestion } from "./usage-question.ts";

interface UsageFilesProps {
  readonly question: UsageQuestion;
  readonly zone: string;
  readonly app: string | undefined;
}

/** What can be taken away as a file. */
export const UsageFiles = ({ question, zone, app }: UsageFilesProps) => (
  <div className="grid gap-6 lg:grid-cols-2">
    <ExportUsage question={question} />
    <AppStatements zone={zone} app={app} />
  </div>
);
