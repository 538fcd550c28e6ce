//! Figures: medians and spreads of what was measured.

/// What was measured, several times.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figures(Vec<f64>);

impl Figures {
    /// One more.
    pub(crate) fn add(&mut self, figure: f64) {
        self.0.push(figure);
    }

    /// The figure below which this share of them lies.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "some hundreds"
        )]
        let at = ((sorted.len().max(1) - 1) as f64 * share).round() as usize;
        sorted.get(at).copied().unwrap_or(f64::NAN)
    }

    /// The median, with the least and the most.
    pub(crate) fn spread(&self) -> String {
        format!("{:.2} ({:.2}–{:.2})", self.quantile(0.5), self.quantile(0.0), self.quantile(1.0))
    }

    /// The median.
    pub(crate) fn median(&self) -> f64 {
        self.quantile(0.5)
    }
}
