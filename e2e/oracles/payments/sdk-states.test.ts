import { PaymentLinkResponse } from "@adyen/api-library/lib/src/typings/checkout/paymentLinkResponse.js";
import {
  CaptureResponseStatus,
  PaymentResponseStatus,
  RefundResponseStatus,
  SubscriptionResponseStatus,
} from "mollie-api-typescript/models";
import type { Orders } from "razorpay/dist/types/orders.js";
import type { PaymentLinks } from "razorpay/dist/types/paymentLink.js";
import type { Payments } from "razorpay/dist/types/payments.js";
import type { Refunds } from "razorpay/dist/types/refunds.js";
import { Square } from "square";
import { expect, it } from "vitest";
import { adyenLinks } from "../../../server/providers/payments/adyen/adyen-objects.ts";
import {
  captureStates,
  mollieRefundWords,
  mollieSubscriptionWords,
  paymentPages,
  paymentWords,
} from "../../../server/providers/payments/mollie/mollie-words.ts";
import {
  razorpayLinks,
  razorpayOrders,
  razorpayPayments,
  razorpayRefunds,
} from "../../../server/providers/payments/razorpay/razorpay-words.ts";
import {
  squareOrders,
  squareRefunds,
  squareSubscriptions,
} from "../../../server/providers/payments/square/square-words.ts";

/* The states that the vendors' own clients list are those that our adapters know. */

it("knows every state that Square's client lists", () => {
  expect(Object.keys(squareOrders)).toEqual(expect.arrayContaining(Object.values(Square.OrderState)));
  expect(Object.keys(squareRefunds)).toEqual(expect.arrayContaining(Object.values(Square.RefundStatus)));
  expect(Object.keys(squareSubscriptions)).toEqual(expect.arrayContaining(Object.values(Square.SubscriptionStatus)));
});

it("knows every state that Mollie's client lists", () => {
  for (const words of [paymentWords, paymentPages])
    expect(Object.keys(words).toSorted()).toEqual(Object.values(PaymentResponseStatus).toSorted());
  expect(Object.keys(captureStates).toSorted()).toEqual(Object.values(CaptureResponseStatus).toSorted());
  expect(Object.keys(mollieRefundWords).toSorted()).toEqual(Object.values(RefundResponseStatus).toSorted());
  expect(Object.keys(mollieSubscriptionWords).toSorted()).toEqual(Object.values(SubscriptionResponseStatus).toSorted());
});

it("knows every state that Adyen's client lists", () => {
  expect(Object.keys(adyenLinks).toSorted()).toEqual(Object.values(PaymentLinkResponse.StatusEnum).toSorted());
});

it("knows every state that Razorpay's client lists", () => {
  // The client has types alone: a state that it gains does not compile.
  razorpayOrders satisfies Record<Orders.RazorpayOrder["status"], string>;
  razorpayPayments satisfies Record<Payments.RazorpayPayment["status"], string>;
  razorpayLinks satisfies Record<PaymentLinks.RazorpayPaymentLink["status"], string>;
  razorpayRefunds satisfies Record<Refunds.RazorpayRefund["status"], string>;
  expect(Object.keys(razorpayRefunds)).toHaveLength(3);
});
