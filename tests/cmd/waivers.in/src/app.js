const total = (sum, item) => sum + item;
// golive: allow quality/debugger-left until 2026-12-31: shown in the workshop
debugger;
debugger; // golive: allow quality/debugger-left: forgot the day
