// What the page says that verifies receipts.
import type { Fault } from "../receipt/verify";
import type { Sentence } from "./language";

export const title: Sentence = ["Verify a receipt", "領収データの検証", "영수증 검증"];
export const intro: Sentence = [
  "Choose a receipt's file or drop it here. It is verified in this page: nothing is sent anywhere.",
  "領収データのファイルを選択するか、ここにドロップしてください。検証はこのページの中で行われ、どこにも送信されません。",
  "영수증 파일을 선택하거나 여기에 놓으세요. 이 페이지 안에서 검증하며 어디로도 전송하지 않습니다.",
];
export const choose: Sentence = ["Receipt (JSON file)", "領収データ（JSONファイル）", "영수증(JSON 파일)"];
export const saved: Sentence = [
  "Save this page to verify without a network, whenever you like. Save receipt-keys.json too where the issuer's keys have changed since, and choose it here.",
  "このページを保存すれば、ネットワークなしでいつでも検証できます。その後に発行者の鍵が変わった場合は、receipt-keys.jsonを保存し、ここで選択してください。",
  "이 페이지를 저장해 두면 네트워크 없이 언제든 검증할 수 있습니다. 그 뒤에 발행자의 키가 바뀌었다면 receipt-keys.json을 저장해 여기에서 선택하세요.",
];
export const known: Sentence = ["Verified by these keys of the issuer:", "検証に使う発行者の鍵：", "검증에 쓰는 발행자의 키:"];
export const noKeys: Sentence = [
  "There are no keys in this page yet: choose the issuer's receipt-keys.json.",
  "このページにはまだ鍵がありません。発行者のreceipt-keys.jsonを選択してください。",
  "이 페이지에는 아직 키가 없습니다. 발행자의 receipt-keys.json을 선택하세요.",
];
export const genuine: Sentence = ["Genuine: every byte is as it was issued.", "真正です：発行時から1バイトも変わっていません。", "진본입니다: 발행된 그대로이며 한 바이트도 바뀌지 않았습니다."];
export const not_genuine: Sentence = ["Not genuine.", "真正ではありません。", "진본이 아닙니다."];
export const doubtful: Sentence = [
  "This is what the file says. Do not rely on it.",
  "以下はファイルに書かれている内容です。信頼しないでください。",
  "다음은 파일에 적힌 내용입니다. 신뢰하지 마세요.",
];

export const faults: Record<Fault, Sentence> = {
  too_large: ["It is larger than any receipt.", "領収データとしては大きすぎます。", "영수증으로는 너무 큽니다."],
  not_json: ["It is no JSON: it cannot be read.", "JSONではないため、読み取れません。", "JSON이 아니어서 읽을 수 없습니다."],
  not_canonical: ["It is not written as it was signed.", "署名されたときの書き方と異なります。", "서명된 형식과 다르게 적혀 있습니다."],
  not_a_receipt: ["It is no receipt.", "領収データではありません。", "영수증이 아닙니다."],
  unknown_key: ["The key that it names is none of the issuer's.", "記載された鍵は発行者のものではありません。", "적혀 있는 키가 발행자의 키가 아닙니다."],
  signature_wrong: ["What it says is not what was signed.", "内容が署名されたものと異なります。", "내용이 서명된 것과 다릅니다."],
};

/** Of a signature that does not fit; who issued it keeps what was signed, and can say. */
export const cannotTell: Sentence = [
  "Which value differs cannot be told from the signature alone. The issuer keeps every receipt and can compare it.",
  "どの値が異なるかは、署名だけでは分かりません。発行者はすべての領収データを保管しており、照合できます。",
  "어느 값이 다른지는 서명만으로 알 수 없습니다. 발행자는 모든 영수증을 보관하고 있어 대조할 수 있습니다.",
];
export const fromByte: Sentence = ["It differs from byte {n} on.", "{n}バイト目から異なります。", "{n}번째 바이트부터 다릅니다."];

/** By the way to a value. */
export const fields: Record<string, Sentence> = {
  issuer: ["Issued by", "発行者", "발행자"],
  id: ["Receipt", "番号", "번호"],
  account: ["Account", "アカウント", "계정"],
  what: ["What was done", "内容", "내용"],
  at: ["When (UTC)", "日時（UTC）", "일시(UTC)"],
  "amounts.total": ["Received", "受領額", "받은 금액"],
  "amounts.paid_owed": ["Paid what was owed", "未払い分への充当", "미납금 충당"],
  "amounts.credit": ["Added to the credit", "残高への追加", "잔액에 더한 금액"],
  "amounts.credited": ["Credited for the rest of the plan before", "前プランの残りの充当", "이전 요금제 잔여분 차감"],
  "amounts.price": ["Price of the plan", "プラン料金", "요금제 요금"],
  "amounts.plan_amount": ["Total amount of the plan", "プラン総額", "요금제 총액"],
  "amounts.due_now": ["Due at once", "即時のお支払い", "바로 낼 금액"],
  "amounts.due_later": ["Due later", "後日のお支払い", "나중에 낼 금액"],
  "amounts.awaits_payment": ["Begins once this is paid", "お支払い後に開始", "결제 후 시작"],
  "details.receipt": ["Receipt number", "領収書番号", "영수증 번호"],
  "details.method": ["Payment", "お支払い方法", "결제 수단"],
  "details.provider": ["Taken by", "決済事業者", "결제 대행"],
  "details.reference": ["Reference", "参照番号", "참조 번호"],
  "details.plan": ["Plan", "プラン", "요금제"],
  "details.interval": ["Billed", "請求サイクル", "청구 주기"],
  "details.period": ["Period's number", "期間の番号", "기간 번호"],
  "details.starts_on": ["First day", "開始日", "시작일"],
  "details.ends_on": ["Ends on", "終了日", "종료일"],
  "details.payment_option": ["Payment option", "支払い方式", "결제 방식"],
  "details.effective": ["Takes effect", "適用", "적용"],
  "details.effective_on": ["Takes effect on", "適用日", "적용일"],
  "details.resumes_by": ["Resumes by", "再開の期限", "재개 기한"],
  "details.undoes": ["Takes back", "取り消し対象", "취소 대상"],
  "details.invoice": ["Invoice", "請求書", "청구서"],
  "details.terms": ["Checksum of the terms confirmed", "確認された条件のチェックサム", "확인한 조건의 체크섬"],
  catalogue_version: ["Version of the catalogue", "カタログの版", "카탈로그 버전"],
  "ledger.position": ["Ledger position", "元帳の位置", "원장 위치"],
  "ledger.transactions": ["Ledger transactions (SHA-256)", "元帳の取引（SHA-256）", "원장 거래(SHA-256)"],
  key: ["Key", "鍵", "키"],
};

/** What was done, by its name. */
export const deeds: Record<string, Sentence> = {
  top_up: ["Top-up", "チャージ", "충전"],
  "plan.confirm": ["Plan confirmed", "プランの承認", "요금제 확정"],
  "plan.change": ["Plan changed", "プランの変更", "요금제 변경"],
  "plan.pause": ["Plan paused", "プランの一時停止", "요금제 일시 중지"],
  "plan.resume": ["Plan resumed", "プランの再開", "요금제 재개"],
  "plan.cancel": ["Plan cancelled", "プランの解約", "요금제 해지"],
  "plan.renew": ["Plan renewed", "プランの更新", "요금제 갱신"],
  "plan.undo": ["Plan change taken back", "プラン変更の取り消し", "요금제 변경 취소"],
};
