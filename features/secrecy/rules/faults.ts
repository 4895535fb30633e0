import { compile } from './judge.ts';
import type { Rule, RuleSet } from './ruleset.ts';
import { RULE_KINDS, RULES_MOST, TERM_LENGTH_MOST, TERM_WORDS_MOST, TERMS_MOST, WEIGHTS } from './ruleset.ts';

/** What is wrong with a set of rules, as codes a screen has words for. */
export interface RuleFault {
  readonly fault:
    | 'rules.none'
    | 'rules.many'
    | 'rule.id'
    | 'rule.twice'
    | 'rule.kind'
    | 'rule.terms'
    | 'term.empty'
    | 'term.long'
    | 'term.short'
    | 'refuses.ordinary'
    | 'passes.marked';
  readonly rule?: string;
  /** The term, or the sentence that goes wrong. */
  readonly what?: string;
}

/** Said every day; rules that refuse one of these would be switched off by noon. */
export const MUST_PASS: readonly string[] = [
  'Ảnh anh An gửi có dấu hiệu mang độ mật, đề nghị xem lại.',
  'Chào anh, chiều nay 14h họp giao ban nhé',
  'Kính gửi các đồng chí, đề nghị báo cáo trước 16h hôm nay.',
  'Mật khẩu wifi phòng họp là 12345678',
  'Tổ bảo mật',
  'BẢO MẬT: MẬT KHẨU WIFI 12345678',
  'MẬT ONG',
  'Cán bộ bảo mật của xã là anh Hùng',
  'Mời các đồng chí dự tập huấn bảo vệ bí mật nhà nước sáng thứ Hai',
  'Không gửi tài liệu mật qua Zalo',
  'Văn bản mật phải gửi theo đường công văn',
  'Mật độ dân số của xã là 120 người/km²',
  'Mật ong rừng Kbang 350.000 đồng/lít',
  'Chị Nguyễn Thị Mật ở thôn 3 xin xác nhận hộ nghèo',
  'Bí mật nhà nước được phân loại thành 03 độ mật: Tuyệt mật, Tối mật, Mật',
  'Số: 694/STTTT-CNTT về việc hướng dẫn sử dụng nhóm',
  'Công văn số 12/UBND-VP ngày 5/3/2026 về phòng chống cháy rừng',
  'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nKẾ HOẠCH\nTuyên truyền phòng cháy\nNơi nhận:\n- Như trên',
  'HỎA TỐC: các xã báo cáo thiệt hại do mưa bão',
  'GIẢI MẬT',
  'tối mất điện từ 18h đến 20h',
  'mat dien roi, mai lam tiep',
  'Ok anh',
  'Danh sách họp đính kèm',
  'Tài liệu họp đính kèm',
  'Đây là số điện thoại của văn phòng: 0269 3824 000',
];

/** What the law makes a marking; rules that let one of these pass are no guard. */
export const MUST_REFUSE: readonly string[] = [
  'MẬT\nSố: 12/BC-UBND',
  'TỐI MẬT',
  'TUYỆT MẬT',
  'Độ mật: Tối mật',
  '[TUYỆT MẬT] Kế hoạch',
];

function faultsOf(rule: Rule): RuleFault[] {
  const faults: RuleFault[] = [];
  if (!/^[a-z]+(?:\.[a-z]+)+$/u.test(rule.id) || rule.id.length > 60) faults.push({ fault: 'rule.id', rule: rule.id });
  if (!RULE_KINDS.includes(rule.kind) || !WEIGHTS.includes(rule.weight))
    faults.push({ fault: 'rule.kind', rule: rule.id });
  if (rule.terms.length > TERMS_MOST) faults.push({ fault: 'rule.terms', rule: rule.id });
  for (const term of rule.terms) {
    const letters = term.normalize('NFC').replace(/[^\p{L}\p{N}]/gu, '');
    if (letters === '') faults.push({ fault: 'term.empty', rule: rule.id, what: term });
    else if (term.length > TERM_LENGTH_MOST || term.trim().split(/\s+/u).length > TERM_WORDS_MOST)
      faults.push({ fault: 'term.long', rule: rule.id, what: term });
    else if (rule.kind === 'phrase' && rule.weight !== 'weak' && letters.length < 4)
      faults.push({ fault: 'term.short', rule: rule.id, what: term });
  }
  return faults;
}

/** What is wrong with rules that somebody edited: nothing, or they may be proposed. */
export function ruleSetFaults(ruleset: RuleSet): RuleFault[] {
  if (ruleset.rules.length === 0) return [{ fault: 'rules.none' }];
  if (ruleset.rules.length > RULES_MOST) return [{ fault: 'rules.many' }];
  const faults = ruleset.rules.flatMap(faultsOf);
  const ids = new Set<string>();
  for (const { id } of ruleset.rules) {
    if (ids.has(id)) faults.push({ fault: 'rule.twice', rule: id });
    ids.add(id);
  }
  if (faults.length > 0) return faults;
  const judge = compile(ruleset);
  for (const what of MUST_PASS) {
    const { refused, rules } = judge.text(what);
    if (refused) faults.push({ fault: 'refuses.ordinary', what, ...(rules[0] ? { rule: rules[0] } : {}) });
  }
  for (const what of MUST_REFUSE) if (!judge.text(what).refused) faults.push({ fault: 'passes.marked', what });
  return faults;
}
