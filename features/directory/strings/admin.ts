import { words } from '../../../web/language.ts';

export const strings = words({
  groups: ['Nhóm và trưởng nhóm', 'Groups and owners'],
  units: ['Cơ quan, đơn vị', 'Agencies and units'],
  regulations: ['Quy chế mẫu của đơn vị', 'Default regulations'],
  people: ['Danh bạ cán bộ', 'Staff directory'],
  import: ['Nhập danh sách', 'Import a list'],
  areas: ['Địa bàn', 'Areas'],
  requests: ['Yêu cầu đăng ký', 'Registration requests'],
  audit: ['Nhật ký hoạt động', 'Audit log'],
  secrecy: ['Bàn làm việc bảo mật', 'Secrecy desk'],
  reported: ['Tin được báo có dấu hiệu mật', 'Messages reported as secret'],
  recalled: ['Tin đã thu hồi', 'Recalled messages'],
  agency: ['Cơ quan và người hỗ trợ', 'Agency and help contact'],
});
