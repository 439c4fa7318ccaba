export default { devIndicators: false, poweredByHeader: false, typescript: { ignoreBuildErrors: true } }
