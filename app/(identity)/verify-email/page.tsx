import type { Metadata } from "next";
import { VerifyEmail } from "./verify-email.tsx";

export const metadata: Metadata = { title: "Verify your e-mail address" };

const VerifyEmailPage = () => <VerifyEmail />;

export default VerifyEmailPage;
