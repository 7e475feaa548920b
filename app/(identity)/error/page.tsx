import type { Metadata } from "next";
import { errorCode, queryText, type PageProps } from "../_flow/page-query.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { WideLink } from "../_parts/wide-button.tsx";
import { helpFor } from "./help.ts";

export const metadata: Metadata = { title: "Something went wrong" };

const ErrorPage = async (props: PageProps) => {
  const code = (await queryText(props, "code", errorCode)) ?? (await queryText(props, "error", errorCode));
  const { title, what, next, link } = helpFor(code);
  return (
    <AuthPage title={title}>
      <div className="space-y-4">
        <p>{what}</p>
        <p className="text-muted">{next}</p>
        <WideLink href={link.href} primary>
          {link.label}
        </WideLink>
        {code !== undefined && <p className="text-center font-mono text-xs break-all text-muted">{code}</p>}
      </div>
    </AuthPage>
  );
};

export default ErrorPage;
