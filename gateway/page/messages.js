// The demo page's own words, as [English, Japanese, Korean]; the assistant's come from the server, the widget's are its own.

export const LANGUAGES = { en: "English", ja: "日本語", ko: "한국어" };

export const SENTENCES = {
  title: ["Billing assistant", "請求アシスタント", "결제 도우미"],
  account: ["Demo account", "デモアカウント", "데모 계정"],
  language: ["Language", "言語", "언어"],
  heading: ["Answers from a live ledger", "実際の台帳にもとづく回答", "실제 원장을 바탕으로 한 답변"],
  lead: [
    "This page stands for your own site: the assistant in the corner is one line of it. The accounts are demo data; no real money moves.",
    "このページは貴社のサイトの例です。隅のアシスタントは1行で埋め込まれています。アカウントはデモ用のデータで、実際のお金は動きません。",
    "이 페이지는 귀사의 사이트를 대신합니다. 구석의 도우미는 한 줄로 넣은 것입니다. 계정은 데모 데이터이며 실제 돈은 움직이지 않습니다.",
  ],
  about_customer: [
    "You are signed in: the site gives the assistant a token of the chosen account.",
    "サインイン中です。サイトは、選択したアカウントのトークンをアシスタントに渡しています。",
    "로그인한 상태입니다. 사이트가 선택한 계정의 토큰을 도우미에게 건넵니다.",
  ],
  about_visitor: [
    "You are a visitor. Ask something, then choose an account: the conversation goes on as that customer's.",
    "訪問者として閲覧中です。質問してからアカウントを選ぶと、会話はそのお客様のものとして続きます。",
    "방문자입니다. 먼저 질문한 다음 계정을 고르면 대화가 그 고객의 것으로 이어집니다.",
  ],
  try: ["Try it", "お試しください", "사용해 보기"],
  embed: ["The one line", "埋め込む1行", "넣는 한 줄"],
  docs: ["The HTTP calls (OpenAPI)", "HTTP API（OpenAPI）", "HTTP API(OpenAPI)"],
  ask_customer: [
    ["What is my balance?", "Show my usage for the last 30 days", "What are my plan details?", "Which plan fits my usage?", "Show my invoices", "I want to top up 50"],
    ["残高を教えてください", "直近30日間の利用状況を見せて", "現在のプランの詳細は？", "自分に合うプランはどれですか？", "請求書を見せて", "チャージしたいです"],
    ["잔액이 얼마인가요?", "최근 30일 사용량을 보여 주세요", "현재 요금제를 자세히 알려 주세요", "저에게 맞는 요금제는 무엇인가요?", "청구서를 보여 주세요", "충전하고 싶어요"],
  ],
  ask_visitor: [
    ["What is a billing plan?", "How can I pay?", "What happens when my plan runs out?", "I'd like to talk to sales"],
    ["請求プランとは何ですか？", "支払い方法を教えてください", "プランの期限が切れるとどうなりますか？", "営業担当に相談したいです"],
    ["청구 요금제가 무엇인가요?", "어떻게 결제하나요?", "요금제가 끝나면 어떻게 되나요?", "영업 담당자와 상담하고 싶어요"],
  ],
  account_visitor: ["Visitor (not signed in)", "訪問者（未サインイン）", "방문자 (로그인 안 함)"],
  account_acme: ["acme · USD, Starter", "acme・USD、Starter", "acme · USD, Starter"],
  account_sakura: ["sakura · JPY, Growth", "sakura・JPY、Growth", "sakura · JPY, Growth"],
  account_hangang: ["hangang · KRW, Scale", "hangang・KRW、Scale", "hangang · KRW, Scale"],
  account_pending: ["pending · plan to confirm", "pending・確認待ちのプラン", "pending · 확인 대기 요금제"],
  account_expired: ["expired · plan used up", "expired・使い切ったプラン", "expired · 소진된 요금제"],
  account_paused: ["paused · plan paused", "paused・一時停止中", "paused · 일시 중지됨"],
  account_empty: ["empty · no plan", "empty・プランなし", "empty · 요금제 없음"],
};
