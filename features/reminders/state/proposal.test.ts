import assert from 'node:assert/strict';
import { test } from 'node:test';

import { proposalIn, titleIn } from './proposal.ts';

/** Monday 16 November 2026, 9:00 in Pleiku. */
const NOW = Date.UTC(2026, 10, 16, 2, 0);

const said = (text: string): string => {
  const { day, time, found } = proposalIn(text, NOW);
  return found ? `${day} ${time}` : '–';
};

test('times and days as officials write them', () => {
  const cases: Readonly<Record<string, string>> = {
    'Họp giao ban 7:30 ngày 20/11 tại Hội trường UBND xã': '2026-11-20 07:30',
    'Họp lúc 14h thứ Sáu': '2026-11-20 14:00',
    'hop luc 14h thu sau': '2026-11-20 14:00',
    '7h30 sáng mai tập trung ở Nhà văn hóa': '2026-11-17 07:30',
    '2 giờ chiều ngày 25': '2026-11-25 14:00',
    '8 giờ rưỡi tối nay': '2026-11-16 20:30',
    'Gửi báo cáo trước 16g00 hôm nay': '2026-11-16 16:00',
    'Nộp trước ngày 05 tháng 12 năm 2026': '2026-12-05 08:00',
    'Hội nghị 05/01': '2027-01-05 08:00',
    'Tổng kết 20-12-2026, 13:30': '2026-12-20 13:30',
    'Chủ nhật 6h ra quân': '2026-11-22 06:00',
    'CN 6h ra quân': '2026-11-22 06:00',
    'Thứ Ba tuần sau 8 giờ': '2026-11-24 08:00',
    'Thứ Hai 7:30 chào cờ': '2026-11-23 07:30',
    'Thứ Hai 10:30 họp': '2026-11-16 10:30',
    'chiều kia 15h': '2026-11-18 15:00',
    '15h họp nhanh': '2026-11-16 15:00',
    '7h họp nhanh': '2026-11-17 07:00',
  };
  for (const [text, expected] of Object.entries(cases)) assert.equal(said(text), expected, text);
});

test('what is no time, or is over, proposes what is usual', () => {
  for (const text of [
    'Đã nhận công văn 893/QĐ-UBND và 30/2020/NĐ-CP',
    'Gọi 0905 318 462 hoặc 0269 3 600 114',
    'Sáng nay 7:30 đã họp xong',
    'Đã họp ngày 12/11',
    'Giỗ Tổ mùng 10 tháng 3 âm lịch',
    'Giỗ ngày 15/1 (âm lịch)',
    'Ngày 31/02 không có',
    '25 hộ, 120 khẩu, 3.5 ha',
    'Làng Mai có 12 hộ',
    '',
  ])
    assert.deepEqual(
      { ...proposalIn(text, NOW), place: '' },
      { day: '2026-11-17', time: '08:00', found: false, place: '' },
      text,
    );
});

test('places', () => {
  const cases: Readonly<Record<string, string>> = {
    'Họp 7:30 ngày 20/11 tại Hội trường UBND xã.': 'Hội trường UBND xã',
    'Tập trung tại Nhà văn hóa Thôn 2 lúc 7h30': 'Nhà văn hóa Thôn 2',
    'Địa điểm: Phòng họp số 1; thành phần: các đ/c': 'Phòng họp số 1',
    'Họp ở Trường TH Lê Lợi, mời các đồng chí': 'Trường TH Lê Lợi',
    'Mọi người ở lại sau giờ làm': '',
    'Họp trực tuyến https://hop.gialai.gov.vn/abc, 8h mai': 'https://hop.gialai.gov.vn/abc',
    'Không có gì': '',
  };
  for (const [text, expected] of Object.entries(cases)) assert.equal(proposalIn(text, NOW).place, expected, text);
});

test('a title is the first line, cut between words', () => {
  assert.equal(titleIn('\n\n- **Họp giao ban** tuần\nNội dung…', 100), 'Họp giao ban tuần');
  assert.equal(titleIn('Rà soát hộ dân vùng trũng thấp ven suối', 20), 'Rà soát hộ dân…');
  assert.equal(titleIn('a'.repeat(30), 20), `${'a'.repeat(19)}…`);
  assert.equal(titleIn('  ', 20), '');
});
