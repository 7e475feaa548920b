import type { Metadata } from "next";
import { ForgotPassword } from "./forgot-password.tsx";

export const metadata: Metadata = { title: "Forgot your password" };

const ForgotPasswordPage = () => <ForgotPassword />;

export default ForgotPasswordPage;
