// Sentences that are chosen by a state: why a message was not sent, what becomes of a channel's link; and suggestions.
import type { Kind } from "../api/problem";
import type { Sentence } from "./language";
import { failed } from "./common";

export const suggestions: Record<"customer" | "visitor", readonly Sentence[]> = {
  customer: [
    ["What is my balance?", "残高を教えてください", "잔액이 얼마인가요?"],
    ["Show my usage for the last 30 days", "直近30日間の利用状況を見せて", "최근 30일 사용량을 보여 주세요"],
    ["What are my plan details?", "現在のプランの詳細は？", "현재 요금제를 자세히 알려 주세요"],
    ["I want to top up my account", "チャージしたいです", "충전하고 싶어요"],
  ],
  visitor: [
    ["What is a billing plan?", "請求プランとは何ですか？", "청구 요금제가 무엇인가요?"],
    ["How can I pay?", "支払い方法を教えてください", "어떻게 결제하나요?"],
    ["What happens when my plan runs out?", "プランの期限が切れるとどうなりますか？", "요금제가 끝나면 어떻게 되나요?"],
    ["I'd like to talk to sales", "営業担当に相談したいです", "영업 담당자와 상담하고 싶어요"],
  ],
};

/** Why a message was not sent. */
export const failures: Record<Kind, Sentence> = {
  lost: ["The connection was lost.", "接続が切れました。", "연결이 끊겼습니다."],
  server: ["Something went wrong on our side.", "こちら側で問題が発生しました。", "저희 쪽에서 문제가 생겼습니다."],
  busy: ["Too many messages at once.", "メッセージが集中しています。", "메시지가 너무 많습니다."],
  running: ["It is still being answered.", "まだ処理中です。", "아직 처리 중입니다."],
  refused: ["Please write it differently.", "書き方を変えてお試しください。", "다르게 써 주세요."],
  stale: ["Please choose from the newest answer.", "最新の回答から選んでください。", "가장 최근 답변에서 골라 주세요."],
  gone: ["This conversation has ended.", "この会話は終了しました。", "이 대화는 종료되었습니다."],
  signin: ["Please sign in again.", "もう一度サインインしてください。", "다시 로그인해 주세요."],
};

/** Where another try may help, and why it is safe. */
export const harmless: Sentence = ["Sending it again does nothing twice.", "もう一度送信しても、二重に処理されることはありません。", "다시 보내도 두 번 처리되지 않습니다."];

export const linking = {
  asked: [
    "Connect this {channel} account ({name}) to your account?",
    "この{channel}アカウント（{name}）をお客様のアカウントに接続しますか？",
    "이 {channel} 계정({name})을 내 계정에 연결할까요?",
  ],
  signin: ["Please sign in to connect it to your account.", "アカウントに接続するには、サインインしてください。", "계정에 연결하려면 로그인해 주세요."],
  linked: ["Connected: {channel} ({name}).", "接続しました：{channel}（{name}）", "연결했습니다: {channel}({name})"],
  gone: ["This link is no longer valid.", "このリンクは無効になりました。", "이 링크는 더 이상 유효하지 않습니다."],
  taken: ["It is connected to another account.", "別のアカウントに接続されています。", "다른 계정에 연결되어 있습니다."],
  failed,
  connect: ["Connect", "接続する", "연결"],
  dismiss: ["Not now", "今はしない", "나중에"],
} satisfies Record<string, Sentence>;
