//! Welch's t-test for the means of two samples.

/// Times in nanoseconds of the two classes.
#[derive(Default)]
pub struct Sample {
    times: [Vec<f64>; 2],
}

impl Sample {
    pub fn push(&mut self, class: usize, nanoseconds: f64) {
        self.times[class].push(nanoseconds);
    }

    /// Removes the slowest tenth of both classes together, which interrupts cause and not the code.
    pub fn cropped(&self) -> Self {
        let mut all = self.times.concat();
        all.sort_by(f64::total_cmp);
        let longest = all[all.len() * 9 / 10];
        let keep = |times: &Vec<f64>| times.iter().copied().filter(|t| *t <= longest).collect();
        Self { times: self.times.each_ref().map(keep) }
    }

    pub fn means(&self) -> [f64; 2] {
        self.times.each_ref().map(|times| mean(times))
    }

    /// Welch's t: the difference of the means in units of its own standard error.
    pub fn t(&self) -> f64 {
        let [a, b] = self.means();
        let [error_a, error_b] = self.times.each_ref().map(|times| squared_error(times));
        (a - b) / (error_a + error_b).sqrt()
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Returns the squared error of the mean: the variance divided by the count.
fn squared_error(values: &[f64]) -> f64 {
    let (mean, count) = (mean(values), values.len() as f64);
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0) / count
}
