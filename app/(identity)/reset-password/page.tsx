import type { Metadata } from "next";
import { ResetPassword } from "./reset-password.tsx";

export const metadata: Metadata = { title: "Choose a new password" };

const ResetPasswordPage = () => <ResetPassword />;

export default ResetPasswordPage;
